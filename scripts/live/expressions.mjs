// Expressions of every language that kubectl's output takes, drawn from small grammars: most are right, some are wrong on purpose.

const FIELDS = [
  ...[".metadata.name", ".metadata.namespace", ".metadata.labels", ".metadata.labels.app", ".metadata.annotations", ".kind", ".apiVersion"],
  ...[".spec", ".spec.replicas", ".spec.selector", ".spec.template.spec.containers", ".spec.containers", ".spec.containers[*].image"],
  ...[
    ".spec.containers[0].name",
    ".spec.ports[*].port",
    ".spec.ports[0]",
    ".spec.clusterIP",
    ".spec.rules",
    ".data",
    ".data.MODE",
    ".rules",
  ],
  ...[".status.conditions[*].type", ".status.phase", ".status", ".spec.nodeName", ".spec.tolerations[*].key", ".metadata.generation"],
  ...[
    ".metadata.ownerReferences[0].name",
    ".subjects[*].name",
    ".roleRef.name",
    ".spec.accessModes[0]",
    ".spec.nope",
    ".nope.nope",
    ".metadata",
  ],
  ...[
    ".spec.template.metadata.labels",
    ".status.capacity.cpu",
    ".status.addresses[*].address",
    ".spec.template.spec.containers[*].resources",
  ],
  ...[
    ".data.file\\.txt",
    ".metadata.labels.kubernetes\\.io/metadata\\.name",
    ".spec.strategy",
    ".spec.schedule",
    ".spec.suspend",
    ".value",
  ],
];
const STEPS = [
  ...[
    "[*]",
    "[0]",
    "[-1]",
    "[0:1]",
    "[1:]",
    "[:1]",
    "[0:2:2]",
    "[5]",
    "[-9]",
    "['app']",
    ".*",
    "..name",
    "[0,1]",
    "['name','kind']",
    "[?(@.name)]",
  ],
  ...[
    '[?(@.name=="c")]',
    "[?(@.type=='Ready')].status",
    "[?(@.port>80)].port",
    "[?(@.port<=443)]",
    '[?(@.name!="http")].name',
    "[x]",
    "[",
    "[*",
  ],
];
const LITERALS = ['{"\\n"}', '{"\\t"}', " and ", "{' '}", ",", '{"a b"}', "=", "\\n", "{.}", "{@}", "{$}"];

const path = (pick) => {
  const base = pick(FIELDS);
  return pick([
    base,
    base,
    base,
    `${base}${pick(STEPS)}`,
    `.items[*]${base}`,
    `.items[*]${base}`,
    `.items${pick(STEPS)}${base}`,
    `..${base.slice(1)}`,
  ]);
};
const piece = (pick) =>
  pick([
    `{${path(pick)}}`,
    `{${path(pick)}}`,
    `{${path(pick)}}${pick(LITERALS)}{${path(pick)}}`,
    `{range .items[*]}{.metadata.name}${pick(LITERALS)}{${pick(FIELDS)}}{"\\n"}{end}`,
    `{range ${path(pick)}}{@}${pick(LITERALS)}{end}`,
    `{range .items[*]}{range .spec.containers[*]}{.name}{":"}{.image}{" "}{end}{"\\n"}{end}`,
    `{$${path(pick)}}`,
    `{@${path(pick)}}`,
    `${pick(LITERALS)}{${path(pick)}}`,
    path(pick),
    `{.items[?(@${pick(FIELDS)}==${pick(['"web"', "2", "true", '"Running"', "'db'"])})]${pick(FIELDS)}}`,
    `{.items[?(@${pick(FIELDS)}${pick([">", "<", ">=", "!="])}${pick(["1", "80", '"a"', "@.metadata.name"])})].metadata.name}`,
    `{.metadata${pick([".labels", ".annotations", ""])}${pick(STEPS)}}`,
  ]);
/** Wrong in many ways. */
const WRONG = [
  "{.items[",
  "{range .items[*]}{.kind}",
  "{end}",
  "{.metadata.name",
  "{}",
  "",
  "{.items[*]}}",
  "{'a}",
  "{.a[?(@.b=c)]}",
  "{$x}",
  "{.spec.containers[a:b]}",
];
export const jsonPath = (pick) =>
  pick([0, 1, 2, 3, 4, 5, 6, 7]) === 0 ? pick(WRONG) : pick([piece(pick), piece(pick), `${piece(pick)}${piece(pick)}`]);

const DOTS = FIELDS.filter((f) => !/[[\\]/.test(f));
const TEMPLATES = (pick) => {
  const [a, b] = [pick(DOTS), pick(DOTS)];
  return pick([
    ...[
      `{{${a}}}`,
      `{{range .items}}{{${a}}} {{end}}`,
      `{{range .items}}{{${a}}}{{"\\t"}}{{${b}}}{{"\\n"}}{{end}}`,
      `{{len ${a}}}`,
      `{{.items | len}}`,
    ],
    ...[
      `{{if ${a}}}yes{{else}}no{{end}}`,
      `{{with ${a}}}{{.}}{{else}}none{{end}}`,
      `{{range $i, $x := .items}}{{$i}}={{$x.metadata.name}} {{end}}`,
    ],
    ...[
      `{{range $k, $v := .metadata.labels}}{{$k}}:{{$v}},{{end}}`,
      `{{index .metadata.labels "app"}}`,
      `{{printf "%s-%v" .kind ${a}}}`,
      `{{printf "%5d|%-6s|%q" 3 "x" .kind}}`,
    ],
    ...[
      `{{eq .kind "${pick(["List", "Deployment", "Service"])}"}}`,
      `{{and ${a} ${b}}}`,
      `{{or ${a} "x"}}`,
      `{{not ${a}}}`,
      `{{html .kind}}`,
      `{{js .kind}}`,
    ],
    ...[
      `{{range .items}}{{if eq .metadata.name "web"}}{{.kind}}{{end}}{{end}}`,
      `{{ .kind | printf "%q" }}`,
      `{{exists . "spec" "replicas"}}`,
      `{{slice .kind 0 2}}`,
    ],
    ...[
      `{{define "t"}}<{{.}}>{{end}}{{template "t" .kind}}`,
      `{{- .kind -}}  x`,
      `{{/* c */}}{{.apiVersion}}`,
      `{{$x := .kind}}{{$x}}`,
      `{{gt (len .items) 1}}`,
    ],
    ...[
      `{{range .items}}{{else}}empty{{end}}`,
      `{{range .data}}{{.}};{{end}}`,
      `{{.data.user | base64decode}}`,
      `{{urlquery .kind "a b"}}`,
      `{{print 1 2 .kind}}`,
      `{{println .kind}}`,
    ],
    ...[
      `{{${a}`,
      `{{nope .kind}}`,
      `{{.kind.nope}}`,
      `{{range .items}}`,
      `{{index .items 99}}`,
      `{{len 3}}`,
      `{{end}}`,
      `{{if}}x{{end}}`,
      `{{.kind | nope}}`,
      `{{template "q"}}`,
      `{{lt 1 "a"}}`,
    ],
    ...[
      `{{range .items}}{{break}}{{end}}`,
      `{{range .items}}{{continue}}{{end}}`,
      `{{block "b" .}}{{.kind}}{{end}}`,
      `{{call .kind}}`,
      `{{index .spec.ports 0 "port"}}`,
      `{{.items}}`,
      `{{.metadata}}`,
    ],
  ]);
};
export const template = TEMPLATES;

const columnPath = (pick) => pick([pick(FIELDS), pick(FIELDS), path(pick), `{${pick(FIELDS)}}`, pick(FIELDS).slice(1)]);
export const columns = (pick) =>
  pick([
    `A:${columnPath(pick)}`,
    `NAME:.metadata.name,X:${columnPath(pick)}`,
    `NAME:.metadata.name,X:${columnPath(pick)}`,
    `N:metadata.name,B:${columnPath(pick)},C:${columnPath(pick)}`,
    ...[
      "NAME",
      "",
      "A:",
      ":.kind",
      "A:.kind,",
      "a b:.kind",
      "A:.kind:x",
      "A:.metadata.name,A:.kind",
      "A:{.kind}{.apiVersion}",
      "A:.items[",
    ],
  ]);

export const sortBy = (pick) =>
  pick([pick(FIELDS), pick(FIELDS), `{${pick(FIELDS)}}`, "metadata.name", "", "{.items[*].kind}", ".metadata[", "{.spec.nope}", "nope"]);

const KEYS = ["app", "tier", "kubernetes.io/metadata.name", "nope", "pod-template-hash"];
export const selector = (pick) =>
  pick([
    ...[
      "app=web",
      "app==web",
      "app!=web",
      "app",
      "!app",
      "app in (web,db)",
      "app notin (web)",
      "app=web,tier",
      "app in ()",
      "app in (web",
      "=web",
    ],
    ...[
      "app=",
      "app=web=x",
      "a b",
      ",",
      "app in web",
      "!app=web",
      "app>1",
      "app<x",
      "-a=b",
      "app=-x",
      "app,!tier,pod-template-hash",
      "x in (a), y",
      " app = web ",
    ],
    `${pick(KEYS)}${pick(["=", "!=", " in (", " notin ("])}${pick(["web", "web,db", "x_y", ""])}`,
  ]);
export const fieldSelector = (pick) =>
  pick([
    ...[
      "metadata.name=web",
      "metadata.name!=web",
      "metadata.namespace=shop",
      "status.phase=Running",
      "status.phase!=Running",
      "spec.nodeName=node-1",
    ],
    ...[
      "spec.nope=1",
      "metadata.name",
      "metadata.name=web,metadata.namespace=default",
      "metadata.labels=x",
      "=x",
      "type=Opaque",
      "status.phase in (Running)",
      ",",
    ],
    ...[
      "involvedObject.kind=Pod",
      "spec.unschedulable=true",
      "status.successful=1",
      "metadata.name==web",
      "reason=Scheduled,type=Normal",
      "spec.type=ClusterIP",
    ],
  ]);
