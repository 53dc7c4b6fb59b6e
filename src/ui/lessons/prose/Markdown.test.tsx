import { renderToStaticMarkup } from "react-dom/server";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { readLesson } from "../../../lessons/index.ts";

/** What an author writes, as the page shows it. */
let shown: (markdown: string) => string;

beforeAll(async () => {
  vi.stubGlobal("location", { search: "" });
  vi.stubGlobal("navigator", { languages: ["en"], userAgent: "", platform: "" });
  vi.stubGlobal("document", { createElement: () => ({}), addEventListener: () => {} });
  vi.stubGlobal("window", globalThis);
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {} }));
  const { Markdown } = await import("./Markdown.tsx");
  shown = (markdown) => {
    const files = { "lesson.yaml": "", "en.md": `---\ntitle: A\n---\n${markdown}\n` };
    const { prose } = readLesson("", new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)])));
    return renderToStaticMarkup(<Markdown nodes={prose.get("en")?.intro ?? []} />);
  };
});

describe("Markdown of a stranger", () => {
  it("has nothing of its own that runs or loads", () => {
    const html = shown(
      [
        "<script>alert(1)</script>",
        "",
        'Text <img src=x onerror="alert(1)"> and <iframe src="https://example.org"></iframe>',
        "",
        "[a](javascript:alert(1)) [b](<java\nscript:alert(1)>) [c](data:text/html,x) [d](vbscript:x) <javascript:alert(1)>",
        "",
        "![e](https://example.org/track.png) ![f](assets/../../x.png) ![g](data:image/svg+xml,x)",
        "",
        "[h][r]",
        "",
        "[r]: javascript:alert(1)",
      ].join("\n"),
    );
    expect(html).not.toMatch(/<(?:script|img|iframe|a)\b/);
    expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  });

  it("leads to the web in a tab of its own, which learns nothing of this one", () => {
    expect(shown("[docs](https://kubernetes.io)")).toContain(
      '<a href="https://kubernetes.io" target="_blank" rel="noopener noreferrer">docs</a>',
    );
  });

  it("is shown as words where it is nested without end", () => {
    const html = shown(`${">".repeat(300)} deep`);
    expect(html).toContain("deep");
    expect(html.match(/<blockquote>/g)?.length).toBeLessThan(30);
  });

  it("has tables, tasks, callouts and commands", () => {
    const html = shown("| a | b |\n| --- | --: |\n| 1 | 2 |\n\n- [x] done\n\n> [!TIP] Press Tab\n\n`kubectl get pods`{exec}");
    expect(html).toContain('<th style="text-align:right" scope="col">b</th>');
    expect(html).toContain("☑");
    expect(html).toContain('data-kind="TIP"');
    expect(html).toContain('data-testid="command-exec"');
  });
});
