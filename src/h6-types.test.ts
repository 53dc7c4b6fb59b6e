import { it } from "vitest";
import { kinds, typeNameOf } from "/work/h6/src/api/kinds.ts";
import { structureOf } from "/work/h6/src/api/structure.ts";
it("x", () => {
  const seen = new Set<string>();
  let n = 0;
  const enums: string[] = [];
  const objs: string[] = [];
  const strs = new Map<string, number>();
  const visit = (t: string) => {
    if (seen.has(t)) return;
    seen.add(t);
    for (const f of structureOf(t).fields.values()) {
      n++;
      let s = f.shape;
      while (s.kind === "list" || s.kind === "map") s = s.of;
      if (f.enum) enums.push(t.split(".").pop() + "." + f.name);
      if (s.kind === "ref") visit(s.name);
      else {
        if (s.scalar === "any" || s.scalar === "object") objs.push(t + "." + f.name);
        if (s.scalar === "string") strs.set(f.name, (strs.get(f.name) ?? 0) + 1);
      }
    }
  };
  for (const k of kinds) {
    try {
      visit(typeNameOf(k));
    } catch (e) {
      console.log("no", k.plural, k.group, (e as Error).message);
    }
  }
  console.log(kinds.length, seen.size, n, enums.length, objs.join(" "));
  console.log(
    [...strs]
      .sort((a, b) => b[1] - a[1])
      .map(([k, v]) => k + ":" + v)
      .join(" "),
  );
});
