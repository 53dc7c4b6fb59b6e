import { expect, it } from "vitest";
import { unifiedDiff } from "./unified-diff.ts";

const text = (...lines: string[]): string => lines.join("\n");

// Outputs are Python's difflib.unified_diff's.
it.each([
  ["nothing", text("a", "b"), text("a", "b"), ""],
  ["a line in the middle", text(..."abcdefghi"), text(..."abcdXfghi"), "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+X\n f\n g\n h\n"],
  ["a line more at the end", text("a"), text("a", "b"), "@@ -1 +1,2 @@\n a\n+b\n"],
  ["everything", text("a"), text("b"), "@@ -1 +1 @@\n-a\n+b\n"],
  [
    "two places far apart",
    text(..."abcdefghijkl"),
    text(..."Xbcdefghijkl", "Y"),
    "@@ -1,4 +1,4 @@\n-a\n+X\n b\n c\n d\n@@ -10,3 +10,4 @@\n j\n k\n l\n+Y\n",
  ],
])("shows %s", (_what, before, after, diff) => expect(unifiedDiff(before, after)).toBe(diff));
