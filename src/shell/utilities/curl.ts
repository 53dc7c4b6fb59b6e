import { flags, missingOf } from "./curl/flags.ts";
import { transfer } from "./curl/transfer.ts";
import { expandBraces } from "../expand/brace.ts";
import { helpText, type Utility } from "./tool.ts";

const VERSION =
  "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.17 (simulated by Timonel)\nRelease-Date: 2023-02-20\nProtocols: http https\nFeatures: SSL\n";

/** `{a,b}` and `[1-3]`, `[a-c]`, `[0-9:2]`. */
const globbed = (url: string): readonly string[] =>
  expandBraces(
    url.replace(
      /\[(\d+|[a-z])-(\d+|[a-z])(?::(\d+))?\]/g,
      (_, from: string, to: string, step?: string) => `{${from}..${to}${step ? `..${step}` : ""}}`,
    ),
  );

export const curl: Utility = {
  name: "curl",
  usage: "[options...] <url>",
  about: "Transfer a URL (HTTP and HTTPS)",
  flags,
  async run(t) {
    if (t.has("version")) {
      await t.out(VERSION);
      return 0;
    }
    const missing = missingOf((name) => t.has(name));
    if (missing !== undefined) {
      await t.proc.stderr.write(`curl: option --${missing}: is not supported by this simulator\n`);
      return 2;
    }
    if (t.has("help")) {
      await t.out(helpText(curl));
      return 0;
    }
    const urls = [...t.values("url"), ...t.args].flatMap((url) => (t.has("globoff") ? [url] : globbed(url)));
    if (urls.length === 0) {
      await t.proc.stderr.write(
        (t.proc.argv.length > 1 ? "curl: no URL specified!\n" : "") + "curl: try 'curl --help' or 'curl --manual' for more information\n",
      );
      return 2;
    }
    const outputs = t.values("output");
    let code = 0;
    for (const [i, url] of urls.entries()) {
      code = await transfer(t, url, outputs[i], i);
      if (code !== 0 && t.has("failEarly")) break;
    }
    return code;
  },
};
