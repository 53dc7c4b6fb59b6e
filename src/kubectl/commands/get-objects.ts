import { ApiFailure, CliError, isNotFound } from "../errors.ts";
import { joined } from "../printers/pieces.ts";
import type { Printer } from "../printers/printer.ts";
import { sortObjects } from "../printers/sort.ts";
import { liveObjects, namedObject, withType, type Target } from "../rest/resources.ts";
import type { Invocation, Resource } from "../types.ts";

/** CPU that a piece of a list takes to be made into text. */
const PIECE_MS = 0.4;

/** What -o prints: one object that was asked for alone, or a List of what came, refusals or not (k8s: get.go printGeneric). */
export async function printObjects(invocation: Invocation, list: readonly Target[], printer: Printer, errors: unknown[]): Promise<void> {
  const { flags } = invocation;
  const single = list.length === 1 && list[0]?.name !== undefined && flags.list("filename")[0] !== "-";
  const items: Resource[] = [];
  for (const target of list) {
    try {
      const sub = flags.string("subresource");
      if (sub && target.name !== undefined) items.push((await namedObject(invocation.session, target, {}, sub)) as Resource);
      else for (const { object } of await liveObjects(invocation, [target])) items.push(withType(object, target.type));
    } catch (error) {
      if (isNotFound(error) && flags.bool("ignore-not-found")) continue;
      errors.push(error);
      if (!(error instanceof ApiFailure)) throw error;
    }
  }
  if (single) {
    if (items[0]) await invocation.out(printer(items[0]));
    return;
  }
  if (items.length === 0 && flags.bool("ignore-not-found")) return;
  try {
    await printList(invocation, sortObjects(items, flags.string("sort-by")), printer);
  } catch (error) {
    if (!(error instanceof CliError) || errors.length === 0) throw error;
    errors.push(error);
  }
}

async function printList(invocation: Invocation, items: readonly Resource[], printer: Printer): Promise<void> {
  const whole = { apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } };
  if (!printer.pieces) return invocation.out(printer(whole));
  // As fast as somebody reads: a terminal's screen sets the pace, and Ctrl-C comes between two pieces.
  for (const piece of joined(printer.pieces(whole))) {
    await invocation.out(piece);
    await invocation.proc.cpu?.(PIECE_MS);
  }
}
