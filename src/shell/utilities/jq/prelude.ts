import { type Node, parseJq } from "./parse.ts";

/** Functions that are written in jq itself: parameters, then the body. */
const SOURCES: Readonly<Record<string, readonly [parameters: readonly string[], body: string]>> = {
  "nulls/0": [[], 'select(type == "null")'],
  "booleans/0": [[], 'select(type == "boolean")'],
  "numbers/0": [[], 'select(type == "number")'],
  "strings/0": [[], 'select(type == "string")'],
  "arrays/0": [[], 'select(type == "array")'],
  "objects/0": [[], 'select(type == "object")'],
  "scalars/0": [[], 'select(type != "array" and type != "object")'],
  "iterables/0": [[], 'select(type == "array" or type == "object")'],
  "paths/0": [[], "path(..) | select(length > 0)"],
  "paths/1": [["f"], ". as $in | paths | select(. as $p | $in | getpath($p) | f)"],
  "leaf_paths/0": [[], 'paths(type != "array" and type != "object")'],
  "any/2": [["g", "c"], "reduce (first((g | c) | select(.)) | true) as $x (false; true)"],
  "all/2": [["g", "c"], "reduce (first((g | c) | select(. | not)) | true) as $x (true; false)"],
  "until/2": [["c", "u"], "if c then . else (u | until(c; u)) end"],
  "while/2": [["c", "u"], "if c then ., (u | while(c; u)) else empty end"],
  "repeat/1": [["f"], "., (f | repeat(f))"],
  "range/3": [["$from", "$to", "$by"], "$from | while(if $by > 0 then . < $to else . > $to end; . + $by)"],
  "nth/1": [["$n"], ".[$n]"],
  "nth/2": [["$n", "f"], "last(limit($n + 1; f))"],
  "isvalid/1": [["f"], "try (f | true) catch false"],
  "recurse/2": [["f", "c"], "def r: ., (f | select(c) | r); r"],
  "recurse_down/0": [[], "recurse"],
  "delpaths/1": [["$ps"], "reduce ($ps | sort | reverse[]) as $p (.; del(getpath($p)))"],
  "to_array/0": [[], 'if type == "array" then . else [.] end'],
  "toarray/0": [[], 'if type == "array" then . else [.] end'],
  "transpose/0": [
    [],
    "if . == [] then [] else . as $in | (map(length) | max) as $n | [range($n) as $j | [range($in | length) as $i | $in[$i][$j]]] end",
  ],
  "combinations/0": [[], "if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end"],
  "walk/1": [["f"], 'def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w'],
  "IN/1": [["s"], ". as $x | any(s; . == $x)"],
  "IN/2": [["src", "s"], "any(src; . as $x | any(s; . == $x))"],
  "INDEX/1": [["f"], "reduce .[] as $row ({}; . + {($row | f | tostring): $row})"],
  "ascii/0": [[], "[.] | implode"],
  "todate/0": [[], 'strftime("%Y-%m-%dT%H:%M:%SZ")'],
  "fromdate/0": [[], "fromdateiso8601"],
  "todateiso8601/0": [[], "todate"],
  "now/0": [[], "$__now"],
  "capture/1": [["re"], "match(re) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries"],
  "scan/1": [["re"], 'match(re; "g") | if (.captures | length) > 0 then [.captures[] | .string] else .string end'],
  "splits/1": [["re"], "split(re; null) | .[]"],
  "match/1": [["re"], "match(re; null)"],
  "sub/3": [["re", "s", "f"], 'if (f | contains("g")) then gsub(re; s) else sub(re; s) end'],
  "gsub/3": [["re", "s", "f"], "gsub(re; s)"],
  "rindex/1": [["$x"], "indices($x) | last"],
  "pick/1": [["f"], ". as $in | reduce path(f) as $p (null; setpath($p; $in | getpath($p)))"],
  "skip/2": [["$n", "f"], "[f] | .[$n:][]"],
  "halt_error/0": [[], "error"],
  "debug/0": [[], "."],
  "ltrim/0": [[], 'sub("^[ \\\\t\\\\n]+"; "")'],
  "rtrim/0": [[], 'sub("[ \\\\t\\\\n]+$"; "")'],
  "abs/0": [[], "if . < 0 then - . else . end"],
  "finites/0": [[], "select(isinfinite or isnan | not)"],
};

const parsed = new Map<string, { readonly parameters: readonly string[]; readonly body: Node }>();

/** A function of the prelude by name and number of arguments. */
export function defined(name: string): { readonly parameters: readonly string[]; readonly body: Node } | undefined {
  const known = parsed.get(name);
  if (known) return known;
  const source = Object.hasOwn(SOURCES, name) ? SOURCES[name] : undefined;
  if (!source) return undefined;
  const made = { parameters: source[0], body: parseJq(source[1]) };
  parsed.set(name, made);
  return made;
}
