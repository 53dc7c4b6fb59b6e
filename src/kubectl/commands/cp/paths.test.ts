import { expect, it } from "vitest";
import { archiveOf, unpack } from "./archive.ts";
import { cleanPath, folderOf, inside, spec, withoutShortcuts } from "./paths.ts";

it.each([
  ["web:/etc/motd", { namespace: "", pod: "web", file: "/etc/motd" }],
  ["shop/web:a", { namespace: "shop", pod: "web", file: "a" }],
  ["./a/b", { namespace: "", pod: "", file: "./a/b" }],
])("reads %s", (text, meant) => expect(spec(text)).toEqual(meant));
it.each([":a", "a/b/c:d"])("refuses %s", (text) => expect(() => spec(text)).toThrow("filespec must match the canonical format"));

it.each([
  ["a/./b//c/..", "a/b"],
  ["/../x", "/x"],
  ["../x", "../x"],
  ["", "."],
])("cleans %j to %j", (path, clean) => expect(cleanPath(path)).toBe(clean));

it("knows folders, what is inside, and what leads up", () => {
  expect([folderOf("a"), folderOf("a/b"), folderOf("/a")]).toEqual([".", "a", "/"]);
  expect([inside("back", "back/a"), inside("back", "backup"), inside(".", "a"), inside(".", "../a")]).toEqual([true, false, true, false]);
  expect(withoutShortcuts("../../etc")).toBe("etc");
});

it("unpacks what it has packed, however it is cut into pieces", async () => {
  const long = `${"long/".repeat(30)}name`;
  const files: Record<string, string> = { "in/a": "one", [`in/${long}`]: "x".repeat(2000) };
  const stat = { mode: 0o640, size: 0, mtime: 0, uid: 0, gid: 0 };
  const fs = {
    lstat: (path: string) => ({ ...stat, type: path in files ? "file" : "directory" }),
    readFile: (path: string) => new TextEncoder().encode(files[path]),
    readdir: (path: string) => [
      ...new Set(
        Object.keys(files)
          .filter((f) => f.startsWith(`${path}/`))
          .map((f) => f.slice(path.length + 1).split("/")[0] as string),
      ),
    ],
    readlink: () => "",
  };
  const bytes = [...archiveOf(fs as never, "in", "out")].flatMap((piece) => [...piece]);
  let at = 0;
  const found: Record<string, string> = {};
  const read = async (): Promise<Uint8Array | null> => (at >= bytes.length ? null : Uint8Array.from(bytes.slice(at, (at += 700))));
  for await (const { member, content } of unpack(read)) found[member.name] = new TextDecoder().decode(content);
  expect(found).toEqual({ "out/a": "one", [`out/${long}`]: "x".repeat(2000) });
});
