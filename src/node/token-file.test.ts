import { expect, it } from "vitest";
import { readTokenFile } from "./token-file.ts";

it.each([
  ["admin-token,admin,1,system:masters\n", [["admin-token", { name: "admin", uid: "1", groups: ["system:masters"] }]]],
  [
    't,ada,2,"devs, ops"\n\nu,"o""hara",3\n',
    [
      ["t", { name: "ada", uid: "2", groups: ["devs", "ops"] }],
      ["u", { name: 'o"hara', uid: "3", groups: [] }],
    ],
  ],
  [",nobody,1\n", []],
])("reads %j", (text, tokens) => {
  expect([...readTokenFile(text)]).toEqual(tokens);
});

it.each([
  ["a,b\n", "token file must have at least 3 columns (token, user name, user uid), found 2"],
  ['a,"b,1\n', "line 1: a quoted field has no end"],
])("refuses %j", (text, message) => {
  expect(() => readTokenFile(text)).toThrow(message);
});
