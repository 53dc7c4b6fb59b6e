import { expect, it } from "vitest";
import { parse } from "./parse.ts";

const LITERALS = "'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER";
const STARTS = `{'[', '{', '(', '.', '-', '!', ${LITERALS}}`;

/** As cel-go's own tests, or Kubernetes', have them: where, and what ANTLR says. */
it.each<[string, ...string[]]>([
  ["a | b", "3: token recognition error at: '| '", "5: extraneous input 'b' expecting <EOF>"],
  [
    "*@a | b",
    `1: extraneous input '*' expecting ${STARTS}`,
    "2: token recognition error at: '@'",
    "5: token recognition error at: '| '",
    "7: extraneous input 'b' expecting <EOF>",
  ],
  ["1 + $", "5: token recognition error at: '$'", `6: mismatched input '<EOF>' expecting ${STARTS}`],
  [
    '"\\xFh"',
    "1: token recognition error at: '\"\\xFh'",
    "6: token recognition error at: '\"'",
    `7: mismatched input '<EOF>' expecting ${STARTS}`,
  ],
  ["a == 'b", "6: token recognition error at: ''b'", `8: mismatched input '<EOF>' expecting ${STARTS}`],
  ["a = 5", "3: token recognition error at: '= '", "5: extraneous input '5' expecting <EOF>"],
  ["`$", "1: token recognition error at: '`$'", `3: mismatched input '<EOF>' expecting ${STARTS}`],
  ["1 + +", `5: mismatched input '+' expecting ${STARTS}`, `6: mismatched input '<EOF>' expecting ${STARTS}`],
  ["/", `1: mismatched input '/' expecting ${STARTS}`, `2: mismatched input '<EOF>' expecting ${STARTS}`],
  ["a == == b", `6: extraneous input '==' expecting ${STARTS}`],
  ["(a + )", `6: mismatched input ')' expecting ${STARTS}`],
  ["1 + 2\n3 +", "7: mismatched input '3' expecting <EOF>"],
  ["f(){}", "4: mismatched input '{' expecting <EOF>"],
  ["a)", "2: extraneous input ')' expecting <EOF>"],
  ['{"a": 1}."a"', "10: no viable alternative at input '.\"a\"'"],
  ["{", `2: mismatched input '<EOF>' expecting {'[', '{', '}', '(', '.', ',', '-', '!', '?', ${LITERALS}}`],
  ["msg{:a}", "5: extraneous input ':' expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}", "7: mismatched input '}' expecting ':'"],
  ["ind[a{b}]", "8: mismatched input '}' expecting ':'"],
  ["object.x in [1, 2,", "19: missing ']' at '<EOF>'"],
  ["[1, 2", "6: mismatched input '<EOF>' expecting {']', ','}"],
  ["[1 2]", "4: extraneous input '2' expecting {']', ','}"],
  ["x.all(y, y > 1", "15: missing ')' at '<EOF>'"],
  ["f(", `3: mismatched input '<EOF>' expecting {'[', '{', '(', ')', '.', '-', '!', ${LITERALS}}`],
  ["((a < 5", "8: mismatched input '<EOF>' expecting ')'"],
  ["(a b)", "4: extraneous input 'b' expecting ')'"],
  ["[(a]", "4: missing ')' at ']'"],
  ["a ? b", "6: mismatched input '<EOF>' expecting ':'"],
  ["a ? b c", "7: missing ':' at 'c'"],
])("%s", (source, ...problems) => {
  expect(parse(source).problems.map(({ at, message }) => `${at + 1}: ${message.replace("Syntax error: ", "")}`)).toEqual(problems);
});

it.each([
  "[1, 2,]",
  "[,]",
  "{'a': 1,}",
  "m{a: 1, ?b: 2,}",
  "--1",
  "!-1",
  "- 1 - -2",
  "!!a",
  "r'\\d'",
  "b'\\xff'",
  "'''a'b'''",
  "0x1Fu",
  "a ? b : c ? d : e",
])("%s", (source) => {
  expect(parse(source).problems).toEqual([]);
});
