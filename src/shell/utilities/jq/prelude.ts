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
  "repeat/1": [["f"], "def r: f | (., r); r"],
  "range/3": [["$from", "$to", "$by"], "$from | while(if $by > 0 then . < $to else . > $to end; . + $by)"],
  "nth/1": [["$n"], ".[$n]"],
  "nth/2": [["$n", "f"], 'if $n < 0 then error("nth doesn\'t support negative indices") else last(limit($n + 1; f)) end'],
  "add/0": [[], "reduce .[] as $x (null; . + $x)"],
  "add/1": [["f"], "reduce f as $x (null; . + $x)"],
  "map/1": [["f"], "[.[] | f]"],
  "map_values/1": [["f"], ".[] |= f"],
  "first/0": [[], ".[0]"],
  "last/0": [[], ".[-1]"],
  "reverse/0": [[], "[.[length - 1 - range(0; length)]]"],
  "join/1": [
    ["$x"],
    'reduce .[] as $i (null; (if . == null then "" else . + $x end) + (if $i == null then "" elif ($i | type) == "boolean" or ($i | type) == "number" then ($i | tojson) else $i end)) // ""',
  ],
  "from_entries/0": [
    [],
    'reduce .[] as $x ({}; . + {($x | if .key == null then .k // .name // .Name // .K // .Key else .key end): ($x | if has("value") then .value elif has("v") then .v else .Value end)})',
  ],
  "with_entries/1": [["f"], "to_entries | map(f) | from_entries"],
  "index/1": [["$i"], "indices($i) | .[0]"],
  "rindex/1": [["$i"], "indices($i) | .[-1:][0]"],
  "indices/1": [
    ["$i"],
    'if type == "array" and ($i | type) == "array" then .[$i] // [] elif type == "array" then .[[$i]] elif type == "string" and ($i | type) == "string" then _strindices($i) else .[$i] end',
  ],
  "match/1": [["re"], "match(re; null)"],
  "match/2": [["re", "fl"], "_match(re; fl; false) | .[]"],
  "test/1": [["re"], "test(re; null)"],
  "test/2": [["re", "fl"], "_match(re; fl; false) | length > 0"],
  "capture/1": [["re"], "capture(re; null)"],
  "capture/2": [["re", "fl"], "match(re; fl) | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries"],
  "scan/1": [["re"], "scan(re; null)"],
  "scan/2": [["re", "fl"], "_match(re; fl; true) | .[] | if (.captures | length) > 0 then [.captures[] | .string] else .string end"],
  "split/2": [
    ["re", "fl"],
    ". as $s | [foreach ((_match(re; fl; true) | .[] | [.offset, .length]), null) as $m ({at: 0}; if $m == null then .out = $s[.at:] else .out = $s[.at:$m[0]] | .at = $m[0] + $m[1] end; .out)]",
  ],
  "splits/1": [["re"], "splits(re; null)"],
  "splits/2": [["re", "fl"], "split(re; fl) | .[]"],
  "_sub/4": [
    ["re", "str", "fl", "$all"],
    '. as $in | _match(re; fl; $all) as $ms | [foreach (($ms | .[]), null) as $m ({at: 0}; if $m == null then .gap = $in[.at:] else .gap = $in[.at:$m.offset] | .at = $m.offset + $m.length end; [.gap, if $m == null then null else ($m | [.captures[] | select(.name != null) | {key: .name, value: .string}] | from_entries) end])] as $parts | [$parts[] | [.[0], (.[1] | if . == null then [] else [str] end)]] as $done | if ([$ms | .[]] | length) == 0 then $in else range($done[0][1] | length) as $k | reduce $done[] as $d (""; . + $d[0] + ($d[1][$k] // "")) end',
  ],
  "sub/2": [["re", "s"], 'sub(re; s; "")'],
  "sub/3": [["re", "s", "f"], "_sub(re; s; f; false)"],
  "gsub/2": [["re", "s"], 'gsub(re; s; "")'],
  "gsub/3": [["re", "s", "f"], "_sub(re; s; f; true)"],
  "isempty/1": [["g"], "label $go | (g | false, break $go), true"],
  "tostream/0": [[], "path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q])"],
  "fromstream/1": [
    ["f"],
    '{x: null, e: false} as $init | foreach f as $i ($init; if .e then $init else . end | if $i | length == 2 then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1]) else setpath(["e"]; $i[0] | length == 1) end; if .e then .x else empty end)',
  ],
  "truncate_stream/1": [
    ["stream"],
    ". as $n | null | stream | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end",
  ],
  "combinations/1": [["n"], ". as $dot | [range(n)] | map($dot) | combinations"],
  "dateadd/2": [["u", "n"], ". + n"],
  "datesub/2": [["u", "n"], ". - n"],
  "date/0": [[], "todate"],
  "localtime/0": [[], "gmtime"],
  "strflocaltime/1": [["f"], "strftime(f)"],
  "have_literal_numbers/0": [[], "false"],
  "have_decnum/0": [[], "false"],
  "trim/0": [[], "ltrim | rtrim"],
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
  "ascii/0": [[], 'if type == "number" then [.] | implode else error("ascii input must be a number") end'],
  "todate/0": [[], 'strftime("%Y-%m-%dT%H:%M:%SZ")'],
  "fromdate/0": [[], "fromdateiso8601"],
  "fromdateiso8601/0": [[], 'strptime("%Y-%m-%dT%H:%M:%SZ") | mktime'],
  "todateiso8601/0": [[], "todate"],
  "now/0": [[], "$__now"],
  "pick/1": [["f"], ". as $in | reduce path(f) as $p (null; setpath($p; $in | getpath($p)))"],
  "skip/2": [["$n", "f"], "[f] | .[$n:][]"],
  "ltrim/0": [[], 'sub("^[ \\\\t\\\\n]+"; "")'],
  "rtrim/0": [[], 'sub("[ \\\\t\\\\n]+$"; "")'],
  "abs/0": [
    [],
    'if type == "number" and . < 0 then -. elif type == "number" then . else error("\\(type) (\\(tojson)) has no absolute value") end',
  ],
  "finites/0": [[], "select(isinfinite or isnan | not)"],
};

const parsed = new Map<string, { readonly parameters: readonly string[]; readonly body: Node }>();

export const definedNames = (): readonly string[] => Object.keys(SOURCES).filter((name) => !name.startsWith("_"));

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
