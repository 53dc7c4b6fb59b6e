import { expect, it } from "vitest";
import { EnvFileError, parseEnvFile } from "./env-file.ts";

it.each([
  ["A='1'\n# note\n\n  B='two words' # why\n", { A: "1", B: "two words" }],
  ["A='1'\nA='2'", { A: "2" }],
  ["A='first\nsecond'\nB=''\n", { A: "first\nsecond", B: "" }],
  ["", {}],
])("reads %j", (text, variables) => expect(Object.fromEntries(parseEnvFile(text))).toEqual(variables));

it.each([["A=1"], ["A='1"], ["A='1' B='2'"], ["A"], ["='1'"], ["A ='1'"]])("refuses %j", (text) =>
  expect(() => parseEnvFile(text)).toThrow(EnvFileError),
);
