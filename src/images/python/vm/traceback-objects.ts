import { Host, T, type TracebackEntry } from "../values.ts";

/** What `__traceback__` gives: where an exception went through. */
export class PyTraceback extends Host {
  readonly entries: readonly TracebackEntry[];
  constructor(entries: readonly TracebackEntry[]) {
    super(T.traceback);
    this.entries = entries;
  }
}
