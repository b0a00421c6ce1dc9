/** HTML that is safe to insert as it stands; only `html` and `trusted` make it. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | false | readonly Part[];

/**
 * A template of HTML: every interpolated text is escaped, so that nothing a name or a message holds can become markup. Lists are
 * joined; `undefined` and `false` print nothing.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return { markup: strings.reduce((text, s, i) => text + flatten(parts[i - 1]) + s) };
}

/** Marks text as HTML without escaping it: for this library's own style sheet and drawings alone. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** Text with the five characters of markup escaped and control characters replaced, fit for elements and quoted attributes of HTML and XML. */
export function escapeMarkup(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '\ufffd').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function flatten(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeMarkup(String(part));
  return 'markup' in part ? part.markup : part.map(flatten).join('');
}
