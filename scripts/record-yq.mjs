// Takes the documented examples of yq (input, command, output: each is written by yq's own tests) out of a snapshot of its
// repository, for src/shell/utilities/yq/recorded/documented.json:
//   node scripts/record-yq.mjs GIT_DIRECTORY [REVISION]
// They are by Mike Farah and contributors, under the MIT license: https://github.com/mikefarah/yq, pkg/yqlib/doc.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const [directory, revision = "HEAD"] = process.argv.slice(2);
const git = (...args) => execFileSync("git", ["-C", directory, ...args], { encoding: "utf8" });
const pages = git("ls-tree", "-r", "--name-only", revision, "pkg/yqlib/doc")
  .split("\n")
  .filter((p) => /doc\/(operators|usage)\/[\w-]+\.md$/.test(p));
const examples = [];
for (const page of pages) {
  const name = page.replace(/^.*doc\//, "").replace(/\.md$/, "");
  const text = git("show", `${revision}:${page}`);
  let number = 0;
  for (const section of text.split(/^## /m).slice(1)) {
    const fixed = section.startsWith("FIXED:");
    const fence = /```\w*\n([\s\S]*?)```/.source;
    const given = new RegExp(`(?:Given|And) (?:an? |another |an? )?(?:sample )?'?([\\w.]+)'?(?: expression)? file of:\\n${fence}\\n`, "g");
    const step = new RegExp(`^then\\n\`\`\`bash\\n([\\s\\S]*?)\\n\`\`\`\\n(?:will|would) output\\n${fence}`, "gm");
    let from = 0;
    for (const match of section.matchAll(step)) {
      const files = Object.fromEntries([...section.slice(from, match.index).matchAll(given)].map(([, path, content]) => [path, content]));
      from = match.index + match[0].length;
      for (const [path] of section.matchAll(/(?:\.\.\/)+examples\/[\w.]+/g))
        files[path] = git("show", `${revision}:${path.replaceAll("../", "")}`);
      for (const [, folder, name] of section.matchAll(/(?<=")((?:\.\.\/)+examples\/)" \+ \.file|^\s+file: (\S+)$/gm))
        if (name) files[`../../examples/${name}`] = git("show", `${revision}:examples/${name}`);
        else void folder;
      // How the two readings of merge keys are asked for is told in the text alone.
      const run = fixed ? match[1].replace(/^yq /, "yq --yaml-fix-merge-anchor-to-spec=true ") : match[1];
      examples.push({ name: `${name} ${++number}`, files, run, out: match[2] });
    }
  }
}
writeFileSync(
  join(import.meta.dirname, "../src/shell/utilities/yq/recorded/documented.json"),
  `${JSON.stringify({ source: `https://github.com/mikefarah/yq (MIT), pkg/yqlib/doc at ${git("rev-parse", revision).trim()}`, examples }, undefined, 1)}\n`,
);
process.stdout.write(`${examples.length} examples of ${pages.length} pages\n`);
