import type { KubeObject, List } from "../../api/index.ts";
import { forbidden, notFound } from "../../machinery/index.ts";
import type { Scope } from "../context.ts";
import { queryValue } from "../context.ts";
import { get, list } from "../registry/read.ts";
import { currentEntry } from "../registry/write.ts";
import { selectionOf } from "../selection.ts";

const known = ({ server, requested, info }: Scope): KubeObject | undefined =>
  server.observed(requested.plural).find(({ metadata }) => metadata?.name === info.name);

/** One of what is stored and what is known besides; what is stored hides what has its name. */
export function getBeside(scope: Scope): KubeObject {
  const found = currentEntry(scope) ? undefined : known(scope);
  return found ?? get(scope);
}

/** What is known besides comes after the last page of what is stored. */
export function listBeside(scope: Scope): List<KubeObject> {
  const listed = list(scope);
  if (listed.metadata?.continue || queryValue(scope.request, "resourceVersionMatch") === "Exact") return listed;
  const { matches } = selectionOf(scope);
  const besides = scope.server.observed(scope.requested.plural).filter((o) => !currentEntry(scope, o.metadata?.name) && matches(o));
  return besides.length === 0 ? listed : { ...listed, items: [...listed.items, ...besides] };
}

/** Who would change or remove what is only known is told so. */
export function checkBeside(scope: Scope): void {
  const { requested, info } = scope;
  if (info.name === "" || currentEntry(scope) || !known(scope)) return;
  throw requested.catalogue === undefined
    ? notFound(requested.plural, info.name, requested.group)
    : forbidden(requested.plural, info.name, requested.catalogue, requested.group);
}
