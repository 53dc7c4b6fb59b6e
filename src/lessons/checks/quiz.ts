import { parseJsonPath } from "../../machinery/index.ts";
import type { Quiz } from "../types.ts";
import { compileExpression, selfOf } from "./expression.ts";
import type { World } from "./world.ts";

/** The right answer now: ids of options, or what is to be typed; undefined while the cluster does not say it. */
export function answerOf({ answer }: Quiz, world: World): readonly string[] | undefined {
  if (isList(answer)) return answer;
  const { resource, cel, jsonpath } = answer;
  const of = selfOf(world, resource);
  if ("missing" in of) return undefined;
  if (jsonpath !== undefined) return [parseJsonPath(jsonpath).print(of.self)];
  const compiled = compileExpression(cel as string, world.kinds, resource !== undefined);
  if ("problem" in compiled) return undefined;
  const outcome = compiled.expression.value(world, of.self);
  return "value" in outcome ? (Array.isArray(outcome.value) ? outcome.value.map(String) : [String(outcome.value)]) : undefined;
}
const isList = (answer: Quiz["answer"]): answer is readonly string[] => Array.isArray(answer);

/** Whether an answer is right; order and case do not matter, nor do blanks around. */
export function isRight(quiz: Quiz, given: readonly string[], world: World): boolean {
  const right = answerOf(quiz, world);
  if (!right) return false;
  if (quiz.type === "number") return given.length === 1 && given[0]?.trim() !== "" && Number(given[0]) === Number(right[0]);
  const plain = (list: readonly string[]): readonly string[] => list.map((s) => s.trim().toLowerCase()).sort();
  // One of several words that are all right, or all of several options.
  if (quiz.type === "text") return given.length === 1 && plain(right).includes(plain(given)[0] as string);
  return plain(right).join("\0") === plain(given).join("\0");
}
