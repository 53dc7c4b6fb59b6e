import { expect, it } from "vitest";
import { testCluster } from "../../testing/kernel.ts";

const DEPLOYMENT = `# of the shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web   # in front
spec:

  # two at least
  replicas: 2
  template:
    spec:
      containers:
      - name: nginx
        image: "nginx:1.27" # pinned
        args: ["-c", 'sleep 1']
---
kind: Service
`;
const yq = async (script: string): Promise<string> => {
  const setup = `mkdir -p /mnt/w; cd /mnt/w; printf %s ${`'${DEPLOYMENT.replaceAll("'", `'\\''`)}'`} > d.yaml; printf 'a: 1\\n' > 1.yaml; printf 'b: 2\\n' > 2.yaml; exec 2>&1; `;
  const { out, code } = await testCluster(0).run(setup + script, { image: "debian", shell: "bash" });
  return out + (code === 0 ? "" : `[${code}]`);
};

it("writes a file back with its comments and styles, indented as go-yaml does", async () => {
  expect(
    await yq(
      `yq -i 'select(di == 0).spec.template.spec.containers[0].image = "nginx:1.28" | select(di == 0).spec.replicas += 1' d.yaml; cat d.yaml`,
    ),
  ).toBe(`# of the shop
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web # in front
spec:
  # two at least
  replicas: 3
  template:
    spec:
      containers:
        - name: nginx
          image: "nginx:1.28" # pinned
          args: ["-c", 'sleep 1']
---
kind: Service
`);
});

it.each([
  ["yq .a nofile.yaml", "Error: open nofile.yaml: no such file or directory\n[1]"],
  ["echo 'a: [1' | yq .", "Error: bad file '-': yaml: line 1: did not find expected ',' or ']'\n[1]"],
  ["echo 'a: b: c' | yq .", "Error: bad file '-': yaml: line 1: mapping values are not allowed in this context\n[1]"],
  ["yq '.a |' 1.yaml", "Error: '|' expects 2 args but there is 1\n[1]"],
  ["yq '.a)' 1.yaml", "Error: bad expression, got close brackets without matching opening bracket\n[1]"],
  ["yq '(.a' 1.yaml", "Error: bad expression - probably missing close bracket on (\n[1]"],
  ["yq '.a & 1' 1.yaml", 'Error: 1:4: invalid input text "& 1"\n[1]'],
  ["yq -e .nope 1.yaml", "null\nError: no matches found\n[1]"],
  ["yq -i .a < 1.yaml", "Error: write in place flag only applicable when giving an expression and at least one file\n[1]"],
  ["yq -n .a 1.yaml", "Error: cannot pass files in when using null-input flag\n[1]"],
  [
    "yq -o toml . 1.yaml",
    "Error: the format 'toml' is not there on this computer: yaml, json, props, csv, tsv, xml, shell, base64 and uri are\n[1]",
  ],
  ["yq 'load(\"x\")' 1.yaml", "Error: failed to load 'x': open x: no such file or directory\n[1]"],
  ["yq '.a + {}' 1.yaml", "Error: !!map () cannot be added to a !!int (a)\n[1]"],
])("refuses %s", async (run, said) => expect(await yq(run)).toBe(said));

it.each([
  ["yq . 1.yaml 2.yaml", "a: 1\n---\nb: 2\n"],
  ["yq ea '. as $item ireduce ({}; . * $item)' 1.yaml 2.yaml", "a: 1\nb: 2\n"],
  ["yq -o json -I0 'select(di == 1)' d.yaml", '{"kind":"Service"}\n'],
  ["yq -N .kind d.yaml", "Deployment\nService\n"],
  [`echo '{"a":{"b":[1,"2"]}}' | yq -P`, 'a:\n  b:\n    - 1\n    - "2"\n'],
  ["V=1 yq -n '.a = env(V) | .b = strenv(V)'", 'a: 1\nb: "1"\n'],
  ["yq -n '.a.b[1].c = \"x\"'", "a:\n  b:\n    - null\n    - c: x\n"],
  ["yq -s .kind d.yaml; cat Service.yml", "---\nkind: Service\n"],
  ["yq -r=false -n '\"1\"'", '"1"\n'],
  ["yq '5 - 2 - 1' 1.yaml", "4\n"],
  ["yq -C . 1.yaml", "\u001b[36ma\u001b[0m: \u001b[95m1\u001b[0m\n"],
])("answers %s", async (run, said) => expect(await yq(run)).toBe(said));

it("ends what doubles itself for ever, and says so", async () => {
  const doubling = Array.from({ length: 40 }, () => "[., . * .]").join(" | ");
  expect(await yq(`yq '${doubling}' 1.yaml`)).toMatch(
    /^Error: the expression (makes more nodes|takes longer) than this computer has (room|time) for\n\[1\]$/,
  );
});
