import type { Statement } from "../sql/ast.ts";
import { LockWait, SqlError } from "../sql/errors.ts";
import type { Outcome, SqlSession } from "../sql/session.ts";
import { milliseconds } from "./configure.ts";
import type { PostgresServer } from "./server.ts";

/** Runs a statement, as often as it has to wait for others' locks and as long as it may. `waits`: whom a transaction waits for. */
export async function perform(
  server: PostgresServer,
  waits: Map<number, number>,
  work: SqlSession,
  statement: Statement,
  length: number,
): Promise<Outcome> {
  const { clock } = server.proc;
  const limit = (name: string): number => milliseconds(work.state.settings[name] ?? server.settings[name] ?? "0") || Infinity;
  const deadline = clock.now() + limit("statement_timeout");
  const late = (lock: boolean): SqlError =>
    lock
      ? new SqlError(0, "55P03", "canceling statement due to lock timeout")
      : new SqlError(0, "57014", "canceling statement due to statement timeout");
  await server.proc.cpu(0.08 + length / 20_000);
  for (;;) {
    try {
      const outcome = work.run(statement);
      await server.proc.cpu(outcome.steps * 0.0005);
      const until = clock.now() + outcome.sleep;
      if (outcome.sleep > 0) await server.timers.until(Math.min(until, deadline));
      if (outcome.sleep > 0 && until > deadline) {
        work.abort();
        throw late(false);
      }
      return outcome;
    } catch (error) {
      if (!(error instanceof LockWait)) throw error;
      const own = work.transaction;
      if (own !== undefined) {
        for (let at: number | undefined = error.holder; at !== undefined; at = waits.get(at))
          if (at === own) {
            work.abort();
            throw new SqlError(0, "40P01", "deadlock detected", { hint: "See server log for query details." });
          }
        waits.set(own, error.holder);
      }
      const patience = Math.min(deadline, clock.now() + limit("lock_timeout"));
      let tired = false;
      const either = [server.store.ended(error.holder)];
      if (patience !== Infinity) either.push(server.timers.until(patience).then(() => void (tired = true)));
      await Promise.race(either);
      if (own !== undefined) waits.delete(own);
      if (tired) {
        work.abort();
        throw late(patience < deadline);
      }
    }
  }
}
