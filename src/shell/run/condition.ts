import type { TestExpression, Word } from "unbash";
import { loadLater } from "../../runtime/index.ts";
import { compareNumbers, fileTest, stringTest } from "../builtins/filetests.ts";
import { compilePattern, matches } from "../expand/pattern.ts";
import { evaluate, expandPattern, expandText } from "../expand/words.ts";
import type { Shell } from "../shell.ts";

import { traceLine } from "./trace.ts";

/** [[ … ]]: 0, 1, or 2 for a bad expression. */
export async function testExpression(sh: Shell, node: TestExpression): Promise<number> {
  try {
    return (await holds(sh, node)) ? 0 : 1;
  } catch (error) {
    if (error instanceof Error && error.name === "BadPattern") return 2;
    throw error;
  }
}

async function holds(sh: Shell, node: TestExpression, negated = false): Promise<boolean> {
  switch (node.type) {
    case "TestGroup":
      return holds(sh, node.expression);
    case "TestNot":
      return (await holds(sh, node.operand, true)) !== (node.negations.length % 2 === 1);
    case "TestLogical":
      for (const operand of node.operands) if ((await holds(sh, operand)) !== (node.operator === "&&")) return node.operator !== "&&";
      return node.operator === "&&";
    case "TestUnary": {
      const text = await expandText(sh, node.operand);
      if (sh.options.has("xtrace")) await traceLine(sh, `[[ ${negated ? "! " : ""}${node.operator} ${text === "" ? "''" : text} ]]`);
      return fileTest(sh, node.operator, text) ?? stringTest(sh, node.operator, text) ?? false;
    }
    case "TestBinary":
      return binary(sh, node.operator, node.left, node.right, negated);
  }
}

async function binary(sh: Shell, operator: string, left: Word, right: Word, negated: boolean): Promise<boolean> {
  const a = await expandText(sh, left);
  if (sh.options.has("xtrace")) {
    const shown = right.parts === undefined ? right.text : await expandPattern(sh, right);
    await traceLine(sh, `[[ ${negated ? "! " : ""}${a === "" ? "''" : a} ${operator} ${shown} ]]`);
  }
  switch (operator) {
    case "=":
    case "==":
    case "!=": {
      const pattern = compilePattern(await expandPattern(sh, right), { ignoreCase: sh.options.has("nocasematch") });
      return matches(pattern, a) === (operator !== "!=");
    }
    case "=~":
      return regex(sh, a, right);
    case "<":
      return a < (await expandText(sh, right));
    case ">":
      return a > (await expandText(sh, right));
    case "-nt":
    case "-ot":
    case "-ef":
      return compareNumbers(sh, operator, a, await expandText(sh, right));
    default: {
      const [x, y] = [await evaluate(sh, a), await evaluate(sh, await expandText(sh, right))];
      return operator === "-eq"
        ? x === y
        : operator === "-ne"
          ? x !== y
          : operator === "-lt"
            ? x < y
            : operator === "-le"
              ? x <= y
              : operator === "-gt"
                ? x > y
                : x >= y;
    }
  }
}

/** =~: fetched when a script first uses it, since its engine is as big as all of the shell. */
const matching = loadLater(() => import("./matching.ts"));

async function regex(sh: Shell, text: string, word: Word): Promise<boolean> {
  const { matchRegex } = await sh.proc.code(matching);
  return matchRegex(sh, text, word);
}
