// The rows of the row builder: what each can ask, and the CEL that says it.
//
// In `cel`, `"$value"` stands for a text, `$value` for a number or a name. Reading compares parts of
// CEL (`reading.js`) with the same words, so that a row can say only what it can also read back.
const BOUGHT = '!(p.status in ["cancelled", "refunded", "expired"])';
const PLACED = 'o.status in ["confirmed", "completed"]';
const PERIODS = { unit: "days", type: "whole", least: 1, begin: "365" };

const bought = (test) => `purchases.exists(p, ${test} && ${BOUGHT})`;
const placed = (test) => `orders.exists(o, ${test} && ${PLACED})`;

export const KINDS = [
  {
    key: "product",
    label: "Product",
    value: { type: "choice", reference: "product" },
    operators: [
      { key: "yes", label: "bought", cel: bought('p.product == "$value"') },
      { key: "no", label: "did not buy", cel: `!${bought('p.product == "$value"')}` },
    ],
  },
  {
    key: "category",
    label: "Category",
    value: { type: "choice", reference: "category" },
    operators: [
      { key: "yes", label: "bought something of", cel: bought('"$value" in p.categories') },
      { key: "no", label: "bought nothing of", cel: `!${bought('"$value" in p.categories')}` },
    ],
  },
  {
    key: "vendor",
    label: "Vendor",
    value: { type: "choice", reference: "vendor" },
    operators: [
      { key: "yes", label: "bought something of", cel: bought('p.vendor == "$value"') },
      { key: "no", label: "bought nothing of", cel: `!${bought('p.vendor == "$value"')}` },
    ],
  },
  {
    key: "product_type",
    label: "Sort of product",
    value: { type: "choice", entity: "purchases", field: "product_type" },
    operators: [
      { key: "yes", label: "bought a", cel: bought('p.product_type == "$value"') },
      { key: "no", label: "bought no", cel: `!${bought('p.product_type == "$value"')}` },
    ],
  },
  {
    key: "location",
    label: "Location",
    value: { type: "choice", reference: "location" },
    operators: [
      { key: "yes", label: "bought something for", cel: bought('p.location == "$value"') },
      { key: "no", label: "bought nothing for", cel: `!${bought('p.location == "$value"')}` },
    ],
  },
  {
    key: "edition",
    label: "Edition",
    value: { type: "choice", reference: "edition" },
    operators: [
      { key: "yes", label: "has an order in", cel: placed('o.edition == "$value"') },
      { key: "no", label: "has no order in", cel: `!${placed('o.edition == "$value"')}` },
    ],
  },
  {
    key: "spent",
    label: "Money spent",
    value: { type: "amount", begin: "100" },
    operators: [
      { key: "more", label: "more than", cel: "user.total_spent > $value" },
      { key: "least", label: "at least", cel: "user.total_spent >= $value" },
      { key: "below", label: "less than", cel: "user.total_spent < $value" },
    ],
  },
  {
    key: "orders",
    label: "Number of orders",
    value: { type: "whole", begin: "2" },
    operators: [
      { key: "least", label: "at least", cel: "user.orders_count >= $value" },
      { key: "exactly", label: "exactly", cel: "user.orders_count == $value" },
      { key: "most", label: "at most", cel: "user.orders_count <= $value" },
    ],
  },
  {
    key: "order_amount",
    label: "A single order",
    value: { type: "amount", begin: "100" },
    operators: [{ key: "least", label: "of at least", cel: placed("o.amount >= $value") }],
  },
  {
    key: "last_order",
    label: "Last order",
    value: PERIODS,
    operators: [
      { key: "before", label: "longer ago than", cel: "user.last_order < now - days($value)" },
      { key: "within", label: "within the last", cel: "user.last_order > now - days($value)" },
    ],
  },
  {
    key: "first_order",
    label: "First order",
    value: PERIODS,
    operators: [
      { key: "within", label: "within the last", cel: "user.first_order > now - days($value)" },
      { key: "before", label: "longer ago than", cel: "user.first_order < now - days($value)" },
    ],
  },
  {
    key: "coupon",
    label: "Coupon",
    value: { type: "text" },
    operators: [
      { key: "yes", label: "used", cel: placed('o.coupon == "$value"') },
      { key: "no", label: "never used", cel: `!${placed('o.coupon == "$value"')}` },
    ],
  },
  {
    key: "language",
    label: "Language",
    value: { type: "choice", entity: "user", field: "language" },
    operators: [
      { key: "is", label: "is", cel: 'user.language == "$value"' },
      { key: "is_not", label: "is not", cel: 'user.language != "$value"' },
    ],
  },
  {
    key: "consent",
    label: "Consent",
    value: { type: "choice", reference: "consent" },
    operators: [
      { key: "yes", label: "said yes to", cel: 'consents.exists(c, c.id == "$value" && c.accepted)' },
      { key: "no", label: "did not say yes to", cel: '!consents.exists(c, c.id == "$value" && c.accepted)' },
    ],
  },
  {
    key: "reach",
    label: "Contact",
    value: {
      type: "choice",
      isName: true,
      options: [
        { value: "has_email", label: "an e-mail address" },
        { value: "has_phone", label: "a phone number" },
        { value: "has_pass", label: "a wallet pass" },
      ],
    },
    operators: [
      { key: "yes", label: "has", cel: "user.$value" },
      { key: "no", label: "does not have", cel: "!user.$value" },
    ],
  },
  {
    key: "email",
    label: "E-mail address",
    value: { type: "text" },
    operators: [
      { key: "ends", label: "ends with", cel: 'user.email.endsWith("$value")' },
      { key: "holds", label: "has in it", cel: 'user.email.contains("$value")' },
    ],
  },
  {
    key: "joined",
    label: "Known since",
    value: { type: "date" },
    operators: [
      { key: "from", label: "this day or later", cel: 'user.date_joined >= timestamp("$value")' },
      { key: "before", label: "before this day", cel: 'user.date_joined < timestamp("$value")' },
    ],
  },
  {
    key: "segment",
    label: "Segment",
    value: { type: "choice", reference: "segment" },
    operators: [
      { key: "yes", label: "is in", cel: '"$value" in segments' },
      { key: "no", label: "is not in", cel: '!("$value" in segments)' },
    ],
  },
];
