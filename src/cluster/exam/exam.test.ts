import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { testCluster } from "../testing.ts";
import { asShown, parseSession, shownAs } from "./session.ts";

/** What an exam of the CKA or the CKAD might ask, and how somebody who has learnt for it does that. */
interface Task {
  readonly task: string;
  /** The exam and the part of its curriculum. */
  readonly exam: string;
  /** Whether it is among the few that each `npm run check` looks at. */
  readonly sample?: boolean;
  /** What is there before, by a script that must succeed. */
  readonly setup?: string;
  /** Sessions (see `parseSession`). */
  readonly solution: string;
  readonly checks?: string;
}

const folder = new URL("./tasks/", import.meta.url);
const all = readdirSync(folder).flatMap((name) => parse(readFileSync(new URL(name, folder), "utf8")) as Task[]);
const tasks = process.env["TIMONEL_PROOFS"] === "full" ? all : all.filter(({ sample }) => sample);

/** What candidates set before they begin. */
const HABITS = `shopt -s expand_aliases
alias k=kubectl
export do='--dry-run=client -o yaml' now='--force --grace-period=0'
`;

describe("tasks of an exam", () => {
  it("has many, and asks none twice", () => {
    expect(all.length).toBeGreaterThan(60);
    expect(new Set(all.map(({ task }) => task)).size).toBe(all.length);
  });

  it.each(tasks.map((task) => [task.exam, task.task, task] as const))(
    "%s: %s",
    async (_exam, _task, { setup = "", solution, checks = "" }) => {
      const c = await testCluster({ kubectlLatencyMs: 120 });
      await c.advance(40);
      expect(await c.sh(`set -e\n${setup}`)).not.toMatch(/\[\d+\]$/);
      const seen: string[] = [];
      const wanted: string[] = [];
      for (const step of parseSession(`${solution}${checks}`)) {
        if ("seconds" in step) {
          await c.advance(step.seconds);
          continue;
        }
        const found = await c.sh(HABITS + step.typed);
        seen.push(`$ ${step.typed}\n${shownAs(found)}`);
        wanted.push(`$ ${step.typed}\n${asShown(step.shown, found)}`);
      }
      expect(seen.join("\n")).toBe(wanted.join("\n"));
      c.stop();
    },
    120_000,
  );
});
