import type { Isolation, TxMode } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";

/** ISOLATION LEVEL …, READ ONLY, WITH CONSISTENT SNAPSHOT: what follows BEGIN and SET TRANSACTION. */
export function txMode(c: Cursor): TxMode {
  let mode: TxMode = {};
  while (c.token.kind === "word") {
    if (c.takes("isolation", "level")) mode = { ...mode, isolation: isolation(c) };
    else if (c.takes("read", "only")) mode = { ...mode, readOnly: true };
    else if (c.takes("read", "write")) mode = { ...mode, readOnly: false };
    else if (!c.pg && c.takes("with", "consistent", "snapshot")) mode = { ...mode, snapshot: true };
    else if (c.pg && (c.sees("deferrable") || c.sees("not", "deferrable")))
      throw new NotSimulated("deferrable transactions are not simulated by Timonel");
    else c.fail();
    c.takesOp(",");
  }
  return mode;
}

function isolation(c: Cursor): Isolation {
  // What a serializable transaction would have to notice, nobody here does.
  if (c.takes("serializable")) throw new NotSimulated("ISOLATION LEVEL SERIALIZABLE is not simulated by Timonel");
  if (c.takes("repeatable", "read")) return "repeatable read";
  if (c.takes("read", "uncommitted")) return "read uncommitted";
  c.wants("read", "committed");
  return "read committed";
}
