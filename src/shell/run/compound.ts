import type { ArithmeticExpression, SyntaxNode, Word } from "unbash";
import { loadLater } from "../../runtime/index.ts";
import { expandPattern, expandText, expandWords, evaluate } from "../expand/words.ts";
import { compilePattern, matches } from "../expand/pattern.ts";

import type { Shell } from "../shell.ts";
import { type Frame, ShellError } from "../state.ts";
import { testExpression } from "./condition.ts";
import { compoundList, execute, framed, loopControl, resuming } from "./execute.ts";
import { awaitForeground } from "./jobs.ts";
import { redirectShell, restoreFds } from "./redirect.ts";
import { atLine, spawnNode } from "./spawn.ts";
import { traceLine } from "./trace.ts";
import { runPendingTraps } from "./traps.ts";
import { lineAt } from "../parse.ts";

/** What scripts seldom use is fetched when one does. */
const rare = loadLater(() => import("./select.ts"));
const coprocess = loadLater(() => import("./coproc.ts"));

/** A step of a loop that has no command in it must cost too, or it would spin for ever in one turn. */
const STEP = 0.02;

type FrameOf<K extends Frame["kind"]> = Extract<Frame, { kind: K }>;

async function leaf(sh: Shell, pos: number): Promise<void> {
  atLine(sh, pos);
  await runPendingTraps(sh);
  sh.checkpoint();
  await sh.proc.cpu(STEP);
}

export async function compound(sh: Shell, node: SyntaxNode): Promise<number> {
  switch (node.type) {
    case "BraceGroup":
      return compoundList(sh, node.body);
    case "Subshell": {
      await leaf(sh, node.pos);
      const child = await spawnNode(sh, node, sh.source, Object.fromEntries(sh.fds), sh.options.has("monitor") ? { group: "new" } : {});
      const [code] = await awaitForeground(sh, [child], sh.source.slice(node.pos, node.end));
      sh.pipeStatus = [code ?? 0];
      return (sh.status = code ?? 0);
    }
    case "Redirected":
      return framed(
        sh,
        async () => {
          await leaf(sh, node.pos);
          return { kind: "redirect", saved: await redirectShell(sh, node.redirects) };
        },
        async (frame) => {
          try {
            return await compound(sh, node.command);
          } finally {
            restoreFds(sh, frame.saved);
          }
        },
      );
    case "If":
      return framed<FrameOf<"if">>(
        sh,
        () => ({ kind: "if", arm: 0, phase: "clause" }),
        async (frame) => {
          const arms = [{ clause: node.clause, then: node.then }, ...node.elif];
          for (; frame.arm < arms.length; frame.arm++) {
            const arm = arms[frame.arm] as (typeof arms)[number];
            if (frame.phase === "clause") {
              if ((await guarded(sh, () => compoundList(sh, arm.clause))) !== 0) continue;
              frame.phase = "body";
            }
            return compoundList(sh, arm.then);
          }
          return node.else ? compoundList(sh, node.else) : (sh.status = 0);
        },
      );
    case "While":
      return loop(sh, () =>
        framed<FrameOf<"while">>(
          sh,
          () => ({ kind: "while", phase: "clause", status: 0 }),
          async (frame) => {
            for (;;) {
              try {
                if (frame.phase === "clause") {
                  const held = await guarded(sh, () => compoundList(sh, node.clause));
                  if ((held === 0) !== (node.kind === "while")) break;
                  frame.phase = "body";
                }
                frame.status = await compoundList(sh, node.body);
              } catch (error) {
                frame.status = 0;
                if (loopControl(error) === "break") break;
              }
              frame.phase = "clause";
            }
            return (sh.status = frame.status);
          },
        ),
      );
    case "For":
      return loop(sh, () =>
        framed(
          sh,
          async () => {
            await leaf(sh, node.pos);
            const items = node.wordlist ? await expandWords(sh, node.wordlist) : sh.params;
            return { kind: "for", items, index: 0, status: 0 };
          },
          async (frame) => {
            for (; frame.index < frame.items.length; frame.index++) {
              try {
                if (!resuming(sh)) {
                  if (sh.options.has("xtrace") && sh.dialect.bash)
                    await traceLine(sh, `for ${node.name.text} in ${node.wordlist?.map((w) => w.text).join(" ") ?? '"$@"'}`);
                  sh.set(node.name.value, frame.items[frame.index] as string);
                  if (node.body.commands.length === 0) await sh.proc.cpu(STEP);
                }
                frame.status = await compoundList(sh, node.body);
              } catch (error) {
                frame.status = 0;
                if (loopControl(error) === "break") break;
              }
            }
            return (sh.status = frame.status);
          },
        ),
      );
    case "ArithmeticFor":
      return loop(sh, () =>
        framed<FrameOf<"cfor">>(
          sh,
          async () => {
            await leaf(sh, node.pos);
            await arithmeticPart(sh, node.initialize, true);
            return { kind: "cfor", phase: "test", status: 0 };
          },
          async (frame) => {
            for (;;) {
              try {
                if (frame.phase === "test") {
                  await sh.proc.cpu(STEP);
                  if (!(await arithmeticPart(sh, node.test, true))) break;
                  frame.phase = "body";
                }
                if (frame.phase === "body") frame.status = await compoundList(sh, node.body);
              } catch (error) {
                frame.status = 0;
                if (loopControl(error) === "break") break;
              }
              frame.phase = "update";
              await leaf(sh, node.pos);
              await arithmeticPart(sh, node.update, true);
              frame.phase = "test";
            }
            return (sh.status = frame.status);
          },
        ),
      );
    case "Case":
      return framed(
        sh,
        async () => {
          await leaf(sh, node.pos);
          sh.status = 0;
          if (sh.options.has("xtrace") && sh.dialect.bash) await traceLine(sh, `case ${node.word.text} in`);
          return { kind: "case", item: await chooseCase(sh, node.word, node.items, 0, await expandText(sh, node.word)) };
        },
        async (frame) => {
          while (frame.item < node.items.length) {
            const item = node.items[frame.item] as (typeof node.items)[number];
            await compoundList(sh, item.body);
            if (item.terminator === ";&") frame.item++;
            else if (item.terminator === ";;&")
              frame.item = await chooseCase(sh, node.word, node.items, frame.item + 1, await expandText(sh, node.word));
            else break;
          }
          return sh.status;
        },
      );
    case "Function": {
      const source = sh.source.slice(node.body.pos, node.body.end);
      const exported = sh.functions.get(node.name.value)?.exported !== undefined || (sh.dialect.bash && sh.options.has("allexport"));
      sh.setFunction(node.name.value, {
        source,
        exported: exported ? `() ${source}` : undefined,
        file: definedIn(sh),
        line: sh.lineOffset + lineAt(sh.source, node.body.pos),
      });
      return (sh.status = 0);
    }
    case "TestCommand":
      await leaf(sh, node.pos);
      return (sh.status = await testExpression(sh, node.expression));
    case "ArithmeticCommand": {
      await leaf(sh, node.pos);
      if (sh.options.has("xtrace")) await traceLine(sh, `(( ${node.body} ))`);
      try {
        return (sh.status = (await evaluate(sh, node.body)) === 0n ? 1 : 0);
      } catch (error) {
        if (!(error instanceof ShellError) || error.status > 1) throw error;
        await sh.complain(error.message, "((");
        return (sh.status = 1);
      }
    }
    case "Select":
      await leaf(sh, node.pos);
      return loop(sh, async () => (await sh.proc.code(rare)).runSelect(sh, node));
    case "Coproc":
      await leaf(sh, node.pos);
      return (await sh.proc.code(coprocess)).runCoproc(sh, node);
    default:
      return execute(sh, node);
  }
}

/** The file that is read now: a script, a sourced one, or what bash calls one that is none. */
function definedIn(sh: Shell): string {
  const frame = sh.frames.findLast((f) => f.kind === "call" || (f.kind === "eval" && f.name !== undefined));
  if (frame?.kind === "eval") return frame.name as string;
  return (frame?.kind === "call" ? frame.file : undefined) ?? (sh.script ? sh.arg0 : sh.options.has("command") ? "environment" : "main");
}

async function guarded(sh: Shell, body: () => Promise<number>): Promise<number> {
  sh.guarded++;
  try {
    return await body();
  } finally {
    sh.guarded--;
  }
}

async function loop(sh: Shell, body: () => Promise<number>): Promise<number> {
  sh.loops++;
  try {
    return await body();
  } finally {
    sh.loops--;
  }
}

async function arithmeticPart(sh: Shell, part: ArithmeticExpression | undefined, empty: boolean): Promise<boolean> {
  if (!part) return empty;
  const text = sh.source.slice(part.pos, part.end);
  if (sh.options.has("xtrace")) await traceLine(sh, `(( ${text.trim()} ))`);
  return (await evaluate(sh, text)) !== 0n;
}

async function chooseCase(
  sh: Shell,
  _word: Word,
  items: readonly { readonly pattern: readonly Word[] }[],
  from: number,
  text: string,
): Promise<number> {
  for (let i = from; i < items.length; i++) {
    for (const pattern of items[i]?.pattern ?? []) {
      if (matches(compilePattern(await expandPattern(sh, pattern), { ignoreCase: sh.options.has("nocasematch") }), text)) return i;
    }
  }
  return items.length;
}
