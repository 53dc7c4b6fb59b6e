import { CliError } from "../errors.ts";
import { idStruct, sameId } from "./ids.ts";
import { keepOrigin, originText } from "./origin.ts";
import { append, isNodeMap, type Res } from "./resource.ts";

/** Puts what was generated among the rest: new, or over or into what is called the same (behavior). */
export function absorb(list: Res[], made: Res): void {
  const id = made.id;
  const found = list.filter((r) => r.everyId.some((known) => sameId(known, id)));
  const [old] = found;
  const over = made.behavior === "merge" || made.behavior === "replace";
  const fail = (what: string): never => {
    throw new CliError(`merging from generator &{${made.gvk.kind}Generator ${id.name}}: ${what}`);
  };
  if (!old) {
    if (over) fail(`id ${idStruct(id)} does not exist; cannot merge or replace`);
    append(list, [made]);
    return;
  }
  if (found.length > 1) fail(`found multiple objects ${found.map((r) => r.id.name).join(" ")} that could accept merge of ${idStruct(id)}`);
  if (!over) fail(`id ${idStruct(id)} exists; can not use behavior: '${made.behavior}', behavior must be merge or replace`);
  const origin = originText(old);
  made.setStrings("labels", { ...old.labels(), ...made.labels() });
  made.setStrings("annotations", { ...old.annotations(), ...made.annotations() });
  made.meta["name"] = old.id.name;
  if (old.id.namespace) made.meta["namespace"] = old.id.namespace;
  made.past.push(...old.past);
  made.prefixes.push(...old.prefixes);
  made.suffixes.push(...old.suffixes);
  made.hashed = made.hashed && old.hashed;
  if (made.behavior === "merge") {
    for (const field of ["data", "binaryData"]) {
      const [before, now] = [old.node[field], made.node[field]];
      if (isNodeMap(before)) made.node[field] = { ...before, ...(isNodeMap(now) ? now : {}) };
    }
    keepOrigin(made, origin);
  }
  made.behavior = old.behavior;
  list[list.indexOf(old)] = made;
}
