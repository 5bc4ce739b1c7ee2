"""The customers' pages. Looking changes nothing: mail scanners follow every link of a mail.

Both take forms of any origin. What allows a change is the token in the address; no cookie means
anything here, so another site's form can do no more than who knows the address could do anyway.
Under `no-referrer` browsers say even of the page's own form that it comes from nowhere.
"""

import ipaddress
import uuid
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from typing import TypedDict
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from preo.consents.models import Consent, ConsentType, Method
from preo.consents.preferences.links import Purpose, read_token
from preo.consents.preferences.service import (
    Choice,
    change_answers,
    find_customer,
    withdraw_all_marketing,
)
from preo.consents.preferences.topics import Topic, list_topics
from preo.consents.preferences.words import Words, words_in
from preo.core.addresses import client_address
from preo.core.errors import NotFoundError
from preo.core.languages import Language
from preo.core.models import parse_id
from preo.customers.models import Customer

MAX_BODY = 64 * 1024
"""Bytes of a form: enough for a page of several hundred consents."""
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_METHODS = ["GET", "HEAD", "POST"]
_BY_TAG = {words_in(language).tag: language for language in Language}


class Source(TypedDict):
    """Whence an answer came, as it is kept with it."""

    ip_address: str | None
    user_agent: str | None


_View = Callable[[HttpRequest, str], HttpResponse]


def _for_customers(view: _View) -> _View:
    """A page of one customer: kept nowhere, found by nobody, its address told to no other page.

    One page for a link that is none and for one whose customer is gone: it must not tell which.
    """

    @csrf_exempt
    @wraps(view)
    def shown(request: HttpRequest, token: str) -> HttpResponse:
        try:
            large = request.method == "POST" and _is_large(request)
            response = HttpResponse(status=413) if large else view(request, token)
        except NotFoundError:
            response = _render("gone", _browser_language(request), {}, status=404)
        add_never_cache_headers(response)
        response["Content-Security-Policy"] = _POLICY
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return shown


@_for_customers
@require_http_methods(_METHODS)
def show_preferences(request: HttpRequest, token: str) -> HttpResponse:
    """The customer's consents with a form to change the answers, or to say no to all."""
    customer = _customer_of(Purpose.PREFERENCES, token)
    if request.method == "POST":
        return _save(request, customer)
    language = _page_language(request, customer)
    words = words_in(language)
    topics = list_topics(customer, language)
    name = customer.organization.name
    context = {
        "name": name,
        "lead": words.lead.format(name=name),
        "withdraw_hint": words.withdraw_hint.format(name=name),
        "done": _done(request, words, name),
        "marketing": [
            (heading, [_shown(topic, words) for topic in group])
            for heading, group in topics.marketing
        ],
        "others": [_shown(topic, words) for topic in topics.others],
        "languages": [(choice, words_in(choice).tag, choice.label) for choice in Language],
        "language": language,
    }
    return _render("preferences", language, context)


@_for_customers
@require_http_methods(_METHODS)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """RFC 8058: the one-click POST of a mail program; for a person who follows the link, a button."""
    customer = _customer_of(Purpose.UNSUBSCRIBE, token)
    language = _page_language(request, customer)
    words, name = words_in(language), customer.organization.name
    context = {"name": name, "lead": words.unsubscribe_lead.format(name=name), "done": ""}
    status = 200
    if request.method == "POST":
        method = _unsubscribed_by(request)
        if method:
            withdraw_all_marketing(
                customer=customer, method=method, now=timezone.now(), **_source(request)
            )
        if method == Method.ONE_CLICK:
            return HttpResponse(status=204)
        context["done"] = words.withdrawn.format(name=name) if method else ""
        status = 200 if method else 400
    return _render("unsubscribe", language, context, status=status)


def _customer_of(purpose: Purpose, token: str) -> Customer:
    customer_id = read_token(purpose, token)
    if customer_id is None:
        raise NotFoundError
    return find_customer(customer_id)


def _save(request: HttpRequest, customer: Customer) -> HttpResponse:
    """Only what differs from what stood on the page is a choice.

    A page that was left open must not say yes once more for who took it back meanwhile elsewhere.
    """
    shown = list(_read_shown(request))
    source, now = _source(request), timezone.now()
    if "withdraw_all" in request.POST:
        withdraw_all_marketing(
            customer=customer,
            method=Method.PREFERENCE_PAGE,
            shown={consent_id: language for consent_id, language, _ in shown},
            now=now,
            **source,
        )
        return _back(request, "withdrawn")
    ticked = {parse_id(Consent, text) for text in request.POST.getlist("accept")}
    choices = [
        Choice(consent_id, consent_id in ticked, language)
        for consent_id, language, accepted in shown
        if (consent_id in ticked) != accepted
    ]
    change_answers(customer=customer, choices=choices, now=now, **source)
    return _back(request, "saved")


def _read_shown(request: HttpRequest) -> Iterator[tuple[uuid.UUID, Language, bool]]:
    """Of each consent on the page: its text's language, and whether its box was ticked."""
    for text in request.POST.getlist("shown"):
        words = text.split(" ")
        if len(words) != 3 or words[1] not in Language.values:
            continue
        consent_id = parse_id(Consent, words[0])
        if consent_id is not None:
            yield consent_id, Language(words[1]), words[2] == "yes"


def _unsubscribed_by(request: HttpRequest) -> Method | None:
    """A mail program's click, the button of our page, or neither."""
    body = request.body.strip()
    # Whatever type it is called by: nobody stays subscribed for a wrong header.
    if body == b"List-Unsubscribe=One-Click":
        return Method.ONE_CLICK
    if request.POST.get("List-Unsubscribe") == "One-Click":
        return Method.ONE_CLICK
    return Method.PREFERENCE_PAGE if "unsubscribe" in request.POST else None


def _back(request: HttpRequest, done: str) -> HttpResponse:
    words = {"done": done}
    if request.GET.get("language") in Language.values:
        words["language"] = request.GET["language"]
    return HttpResponseRedirect(f"{request.path}?{urlencode(words)}")


def _done(request: HttpRequest, words: Words, name: str) -> str:
    texts = {"saved": words.saved, "withdrawn": words.withdrawn.format(name=name)}
    return texts.get(request.GET.get("done", ""), "")


def _shown(topic: Topic, words: Words) -> dict[str, object]:
    """A topic and what is said of its answer."""
    consent, tag = topic.consent, words_in(topic.language).tag
    if consent.type == ConsentType.MARKETING:
        texts = {True: words.yes_since, False: words.no_since}
        since = words.unanswered
    else:
        texts = {True: words.accepted_on, False: words.refused_on}
        since = ""
    if topic.answered is not None and topic.accepted is not None:
        since = words.on(texts[topic.accepted], topic.answered)
    published = consent.published_date
    return {
        "topic": topic,
        "tag": tag if tag != words.tag else "",
        "since": since,
        "published": words.on(words.published, published) if published else "",
    }


def _render(
    template: str, language: Language, context: Mapping[str, object], *, status: int = 200
) -> HttpResponse:
    # Without the request: no processor of it may look for a session.
    html = render_to_string(
        f"preferences/{template}.html", {"words": words_in(language), **context}
    )
    response = HttpResponse(html, status=status)
    response["Content-Language"] = words_in(language).tag
    return response


def _page_language(request: HttpRequest, customer: Customer) -> Language:
    asked = request.GET.get("language", "")
    return Language(asked if asked in Language.values else customer.language)


def _browser_language(request: HttpRequest) -> Language:
    """The first of the browser's languages that we have: here nobody's own is known."""
    for item in request.headers.get("Accept-Language", "").split(","):
        tag = item.partition(";")[0].partition("-")[0].strip().lower()
        if tag in _BY_TAG:
            return _BY_TAG[tag]
    return Language.EN


def _source(request: HttpRequest) -> Source:
    address = client_address(request.META).partition("%")[0]
    try:
        ip_address: str | None = str(ipaddress.ip_address(address))
    except ValueError:
        ip_address = None
    agent = request.headers.get("User-Agent", "").replace("\0", "")
    return {"ip_address": ip_address, "user_agent": agent or None}


def _is_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return len(length) > 9 or not length.isdecimal() or int(length) > MAX_BODY
