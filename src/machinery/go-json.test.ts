import { describe, expect, it } from "vitest";
import { goJsonProblem } from "./go-json.ts";

const said = (text: string) => goJsonProblem(new TextEncoder().encode(text));

describe("what Go says about broken JSON", () => {
  it.each([
    ["", "unexpected end of JSON input"],
    ['{"a"', "unexpected end of JSON input"],
    ['{"a":1', "unexpected end of JSON input"],
    ["{a:1}", "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
    ["[1 2]", "invalid character '2' after array element"],
    ["[1,]", "invalid character ']' looking for beginning of value"],
    ["{} x", "invalid character 'x' after top-level value"],
    ["kind: Pod", "invalid character 'k' looking for beginning of value"],
    ["'a'", "invalid character '\\'' looking for beginning of value"],
    ["nope", "invalid character 'o' in literal null (expecting 'u')"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
    ['"\\x"', "invalid character 'x' in string escape code"],
    ['"\\u12g4"', "invalid character 'g' in \\u hexadecimal character escape"],
    ["-a", "invalid character 'a' in numeric literal"],
    ["1.x", "invalid character 'x' after decimal point in numeric literal"],
    ["1e", "unexpected end of JSON input"],
    ["1ex", "invalid character 'x' in exponent of numeric literal"],
    ["01", "invalid character '1' after top-level value"],
    ["é", "invalid character 'Ã' looking for beginning of value"],
    ["[".repeat(10_001), "exceeded max depth"],
  ])("%j: %s", (text, expected) => expect(said(text)).toBe(expected));

  it("has nothing to say about JSON", () => {
    for (const text of [' {"a":[1,-2.5e+3,true,false,null,"\\u00e9\\n"],"b":{}} ', "[]", "0", '"x"']) expect(said(text)).toBeUndefined();
  });
});
