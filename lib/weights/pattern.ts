/** Puts the words that a pattern caught into a template. */
export type Rewrite = (template: string) => string;

/** A matcher of whole names in which `{word}` stands for one part without a dot; used twice, it must be the same text. */
export function compilePattern(pattern: string): (name: string) => Rewrite | undefined {
  const words: string[] = [];
  const source = pattern.split(/(\{[a-z][a-z0-9-]*\})/).map((part, i) => (i % 2 === 0 ? literal(part) : capture(part.slice(1, -1), words))).join('');
  const expression = new RegExp(`^${source}$`);
  return (name) => {
    const found = expression.exec(name);
    if (!found) return undefined;
    const caught = new Map(words.map((word, i) => [word, found[i + 1]]));
    return (template) => fill(template, caught);
  };
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function capture(word: string, words: string[]): string {
  const known = words.indexOf(word);
  if (known >= 0) return `\\${known + 1}`;
  words.push(word);
  return '([^.]+)';
}

/** `{word}`, or `{word+2}` where the word is a whole number. */
function fill(template: string, caught: ReadonlyMap<string, string>): string {
  return template.replace(/\{([a-z][a-z0-9-]*?)(?:([+-])(\d+))?\}/g, (_, word: string, sign?: string, by?: string) => {
    const text = caught.get(word);
    if (text === undefined) throw new RangeError(`"${template}" names {${word}}, which its pattern does not catch`);
    if (sign === undefined || by === undefined) return text;
    if (!/^\d+$/.test(text)) throw new RangeError(`"${template}" counts {${word}}, which is "${text}"`);
    return String(sign === '+' ? Number(text) + Number(by) : Number(text) - Number(by));
  });
}
