import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Block } from "../../../browser/protocol.ts";
import { en } from "../../locales/en.ts";
import { es } from "../../locales/es.ts";
import { calloutOf, filled, outward, pictureType, plain, termId } from "./nodes.ts";
import { definitionIn } from "./terms.ts";

const lessons = new URL("../../../../lessons/", import.meta.url);
const locales = { en, es };
const text = (value: string): Block => ({ type: "text", value });
const paragraph = (...words: string[]): Block => ({ type: "paragraph", children: words.map((value) => ({ type: "text", value })) });

describe("what a lesson's prose may do", () => {
  it("leads to the web and to a mailbox, and nowhere else", () => {
    expect(outward("https://kubernetes.io/docs")).toBe("https://kubernetes.io/docs");
    expect(outward("mailto:a@example.org")).toBe("mailto:a@example.org");
    for (const url of [
      "javascript:alert(1)",
      "JavaScript:alert(1)",
      "\u0001javascript:alert(1)",
      "data:text/html,x",
      "blob:x",
      "/a",
      "a.html",
    ])
      expect(outward(url)).toBeUndefined();
  });

  it("shows pictures of its own folder only", () => {
    expect(pictureType("assets/pods.svg")).toBe("image/svg+xml");
    for (const path of ["https://example.org/a.png", "assets/../files/a.png", "files/a.png", "assets/a.html", "assets/a"])
      expect(pictureType(path)).toBeUndefined();
  });

  it("knows callouts from quotations", () => {
    const quote = (first: string): Extract<Block, { type: "blockquote" }> => ({
      type: "blockquote",
      children: [paragraph(first) as Extract<Block, { type: "paragraph" }>],
    });
    expect(calloutOf(quote("[!TIP] Press Tab"))).toMatchObject({ kind: "TIP", content: [paragraph("Press Tab")] });
    expect(calloutOf(quote("Press Tab"))).toBeUndefined();
    expect(calloutOf(quote("[!SCRIPT] x"))).toBeUndefined();
  });

  it("fills what was found into feedback, in words and in code", () => {
    const tree: readonly Block[] = [
      {
        type: "paragraph",
        children: [
          { type: "text", value: "I see {{actual}}, not " },
          { type: "inlineCode", value: "{{expected}}" },
        ],
      },
    ];
    expect(filled(tree, { actual: "nginx:1.2x", expected: "nginx" }).map(plain)).toEqual(["I see nginx:1.2x, not nginx"]);
    expect(filled([text("{{other}}")], { actual: "a" })).toEqual([text("{{other}}")]);
  });
});

describe("the glossary", () => {
  const proses = readdirSync(lessons, { recursive: true, encoding: "utf8" }).filter((path) => /^[^/]+[/\\][a-z]{2}\.md$/.test(path));

  it.each(Object.keys(locales) as (keyof typeof locales)[])("explains in %s every term that a lesson uses", (locale) => {
    const missing = proses.flatMap((path) =>
      [...readFileSync(new URL(path, lessons), "utf8").matchAll(/\]\((term:[^)\s]+)\)/g)]
        .filter(([, url = ""]) => definitionIn(locales[locale].glossary, url) === undefined)
        .map(([, url]) => `${path}: ${url}`),
    );
    expect(missing).toEqual([]);
  });

  it("takes a term as an author may write it", () => {
    expect(termId("term:Replica-Set")).toBe("replicaset");
    expect(definitionIn(en.glossary, "term:pods")).toBe(en.glossary.pod);
    expect(definitionIn(en.glossary, "term:constructor")).toBeUndefined();
  });
});

describe("tracks", () => {
  it.each(Object.keys(locales) as (keyof typeof locales)[])("have words in %s", (locale) => {
    const { tracks } = parse(readFileSync(new URL("tracks.yaml", lessons), "utf8")) as { tracks: { id: string }[] };
    const words: Readonly<Record<string, unknown>> = locales[locale].lessons.tracks;
    expect(tracks.map(({ id }) => id).filter((id) => !Object.hasOwn(words, id))).toEqual([]);
  });
});
