import { RE2JS } from "re2js";

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)(?:\s+-?\d+)?$/;
const LABEL = /([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"/g;

/** Samples of an exposition; undefined: not one. */
export function parseExposition(text: string): readonly Sample[] | undefined {
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const match = LINE.exec(line.trim());
    if (!match) return undefined;
    const [, name = "", labels = "", value = ""] = match;
    samples.push({ labels: { __name__: name, ...pairs(labels) }, value: numberOf(value) });
  }
  return samples;
}
const pairs = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(LABEL)].map(([, name = "", value = ""]) => [name, value.replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c))]),
  );
const numberOf = (text: string): number => (/^[+-]?Inf$/i.test(text) ? (text.startsWith("-") ? -Infinity : Infinity) : Number(text));

type Matcher = (labels: Readonly<Record<string, string>>) => boolean;

/** `up`, `up{job="a",instance=~"b.*"}`, `{__name__="up"}`; text: why it is refused. */
export function parseSelector(query: string): Matcher | string {
  const match = /^\s*([a-zA-Z_:][\w:]*)?\s*(?:\{(.*)\})?\s*$/s.exec(query);
  if (!match || (match[1] === undefined && match[2] === undefined))
    return `expressions other than plain selectors are not simulated by Timonel: ${query}`;
  const [, name, inside = ""] = match;
  const matchers: Matcher[] = name === undefined ? [] : [(labels) => labels["__name__"] === name];
  let rest = inside.trim();
  while (rest !== "") {
    const part = /^([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)')\s*(?:,\s*|$)/.exec(rest);
    if (!part) return `1:${query.length - rest.length + 1}: parse error: unexpected character inside braces`;
    const [whole, label = "", operator, double, single = ""] = part;
    const value = double ?? single;
    rest = rest.slice(whole.length);
    let test: (text: string) => boolean = (text) => text === value;
    if (operator === "=~" || operator === "!~") {
      try {
        const pattern = RE2JS.compile(value);
        test = (text) => pattern.matches(text);
      } catch {
        return `1:1: parse error: error parsing regexp: ${value}`;
      }
    }
    matchers.push((labels) => test(labels[label] ?? "") === !operator?.startsWith("!"));
  }
  return (labels) => matchers.every((m) => m(labels));
}
