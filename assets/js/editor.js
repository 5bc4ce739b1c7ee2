// The editor of conditions: CodeMirror 6 behind a few functions, so that no page knows more of it.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  insertCompletionText,
  pickedCompletion,
  snippet,
  startCompletion,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { lintKeymap, setDiagnostics } from "@codemirror/lint";
import { Annotation, EditorState, StateEffect } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  MatchDecorator,
  ViewPlugin,
  WidgetType,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { cel } from "./cel.js";

const ID = /(["'])([a-z]{3}_[0-9a-z]{26})\1/g;
const fromOutside = Annotation.define();
const namesChanged = StateEffect.define();

class Name extends WidgetType {
  constructor(text) {
    super();
    this.text = text;
  }
  eq(other) {
    return other.text === this.text;
  }
  toDOM() {
    const element = document.createElement("span");
    element.className = "cel-name";
    element.textContent = this.text;
    return element;
  }
}

// Behind each id what it is the id of.
const names = (nameOf) => {
  const decorator = new MatchDecorator({
    regexp: ID,
    decorate: (add, from, to, match) => {
      const text = nameOf(match[2]);
      if (text) add(to, to, Decoration.widget({ widget: new Name(text), side: 1 }));
    },
  });
  return ViewPlugin.fromClass(
    class {
      constructor(view) {
        this.decorations = decorator.createDeco(view);
      }
      update(update) {
        const renamed = update.transactions.some((step) => step.effects.some((e) => e.is(namesChanged)));
        this.decorations = renamed
          ? decorator.createDeco(update.view)
          : decorator.updateDeco(update, this.decorations);
      }
    },
    { decorations: (plugin) => plugin.decorations },
  );
};

// An option of the page's as CodeMirror's. `insert` may hold fields: `exists(${o}, ${})`; with
// `again` what fits next is offered at once.
const optionOf = (entry, end) => ({
  label: entry.label,
  detail: entry.detail,
  info: entry.info,
  boost: entry.boost,
  apply: (view, option, from, to) => {
    const last = Math.max(to, end);
    const insert = entry.insert ?? entry.label;
    if (entry.isSnippet) snippet(insert)(view, option, from, last);
    else view.dispatch({
      ...insertCompletionText(view.state, insert, from, last),
      annotations: pickedCompletion.of(option),
    });
    if (entry.again) startCompletion(view);
  },
});

const completing = (complete) => (context) => {
  const found = complete(context.state.doc.toString(), context.pos, context.explicit);
  if (!found) return null;
  return {
    from: found.from,
    options: found.options.map((entry) => optionOf(entry, found.to ?? context.pos)),
    validFor: found.validFor,
  };
};

// Text over a selection is put in by ourselves: Chromium would give it the look of what was there by
// a style attribute, which the policy of the page refuses with an error.
const typeOver = (event, view) => {
  const { from, to, empty } = view.state.selection.main;
  if (event.inputType !== "insertText" || !event.data || empty || view.composing) return false;
  const insert = () =>
    view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
  const handlers = view.state.facet(EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
  event.preventDefault();
  return true;
};

const messageOf = (problem, sentence) => () => {
  const box = document.createElement("div");
  const message = document.createElement("p");
  message.append(...sentence(problem.message));
  box.append(message);
  if (problem.hint) {
    const hint = document.createElement("p");
    hint.className = "cel-hint";
    hint.append(...sentence(problem.hint));
    box.append(hint);
  }
  return box;
};

/**
 * Make an editor in the element `parent`. `complete(text, position, explicit)` gives
 * `{from, to, options, validFor}` or null, `nameOf(id)` the name behind an id or nothing;
 * `sentence(text)` the nodes of a problem's words; `changed(text)` is called for what the person
 * changes, not for `setText`. All offsets are in
 * UTF-16 units, as everywhere in JavaScript.
 */
export const makeEditor = ({ parent, text, nonce, attributes, hint, complete, nameOf, sentence, changed }) => {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(nonce),
        EditorView.contentAttributes.of(attributes),
        EditorView.lineWrapping,
        EditorView.domEventHandlers({ beforeinput: typeOver }),
        lineNumbers(),
        history(),
        bracketMatching(),
        closeBrackets(),
        cel,
        names(nameOf),
        placeholder(hint),
        autocompletion({ override: [completing(complete)], icons: false, maxRenderedOptions: 60 }),
        // Tab is left to the page: it leads on to the next field.
        keymap.of([
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...lintKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          const outside = update.transactions.some((step) => step.annotation(fromOutside));
          if (update.docChanged && !outside) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    element: view.dom,
    text: () => view.state.doc.toString(),
    setText: (next) => {
      if (next === view.state.doc.toString()) return;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: next },
        annotations: fromOutside.of(true),
      });
    },
    focus: () => view.focus(),
    select: (from, to) => {
      view.focus();
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
    },
    replace: (from, to, insert) => {
      view.focus();
      view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
    },
    namesChanged: () => view.dispatch({ effects: namesChanged.of(null) }),
    show: (problems) => {
      const length = view.state.doc.length;
      const diagnostics = problems.map((problem) => ({
        from: Math.min(problem.from, length),
        to: Math.min(Math.max(problem.to, problem.from), length),
        severity: problem.severity,
        message: problem.hint ? `${problem.message} ${problem.hint}` : problem.message,
        renderMessage: messageOf(problem, sentence),
      }));
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
  };
};
