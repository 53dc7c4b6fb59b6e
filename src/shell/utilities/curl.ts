import { flags } from "./curl/flags.ts";
import { transfer } from "./curl/transfer.ts";
import { expandBraces } from "../expand/brace.ts";
import type { Utility } from "./tool.ts";

const VERSION =
  "curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.17 (simulated by Timonel)\nRelease-Date: 2023-02-20\nProtocols: http https\nFeatures: SSL\n";

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
    const urls = [...t.values("url"), ...t.args].flatMap((url) => (t.has("globoff") ? [url] : expandBraces(url)));
    if (urls.length === 0) {
      await t.proc.stderr.write(
        (t.proc.argv.length > 1 ? "curl: no URL specified!\n" : "") + "curl: try 'curl --help' or 'curl --manual' for more information\n",
      );
      return 2;
    }
    const outputs = t.values("output");
    let code = 0;
    for (const [i, url] of urls.entries()) code = await transfer(t, url, outputs[i]);
    return code;
  },
};
