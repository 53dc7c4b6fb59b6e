import { expect, it } from "vitest";
import { gathered } from "./gathered.ts";

it("sends the first write at once, those that follow close behind in one piece, and nothing when there is nothing", () => {
  const sent: string[] = [];
  const queue: (() => void)[] = [];
  const write = gathered(
    (data) => sent.push(new TextDecoder().decode(data)),
    (fn) => queue.push(fn),
  );
  const later = (): void => queue.shift()?.();
  const say = (text: string): void => write(new TextEncoder().encode(text));
  say("a");
  expect(sent).toEqual(["a"]);
  for (const text of ["b", "c", "d"]) say(text);
  expect(sent).toEqual(["a"]);
  later();
  expect(sent).toEqual(["a", "bcd"]);
  say("e");
  later();
  expect(sent).toEqual(["a", "bcd", "e"]);
  later();
  expect(queue).toEqual([]);
  say("f");
  expect(sent).toEqual(["a", "bcd", "e", "f"]);
});
