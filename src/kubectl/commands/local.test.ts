import { expect, it } from "vitest";
import { fakeShell } from "../testing/fake.ts";
import { memoryFiles } from "../kustomize/testing/memory.ts";

/** What v1.36.4 says of commands that ask no server. */
const lines: readonly [string, { readonly out?: string; readonly err?: string; readonly code?: number }][] = [
  ["create cm a --from-literal=x=y --append-hash --dry-run=client -o name", { out: "configmap/a-2f48d8f4f8\n" }],
  ["create cm a --append-hash --dry-run=client -o name", { out: "configmap/a-586ff7h6km\n" }],
  ["create secret generic a --from-literal=x=y --append-hash --dry-run=client -o name", { out: "secret/a-mhb52hc7d4\n" }],
  [
    "create secret docker-registry a --docker-username=u --docker-password=p --append-hash --dry-run=client -o name",
    { out: "secret/a-8d2m2dg7df\n" },
  ],
  ["create nope x", { err: "error: Unexpected args: [nope x]\nSee 'kubectl create -h' for help and examples\n", code: 1 }],
  ["create secret tls x --cert=nope --key=nope", { err: "error: Cannot read file nope, open nope: no such file or directory\n", code: 1 }],
  ["config set foo x", { err: "error: unable to parse foo after [] at api.Config\n", code: 1 }],
  ["config set clusters.timonel x", { err: "error: can't set a map to a value: map[timonel]\n", code: 1 }],
  [
    "config set clusters.timonel.insecure-skip-tls-verify maybe",
    { err: 'error: strconv.ParseBool: parsing "maybe": invalid syntax\n', code: 1 },
  ],
  [
    "config set clusters.timonel.certificate-authority-data 'a b'",
    { err: "error: error decoding input value: illegal base64 data at input byte 1\n", code: 1 },
  ],
  ["config unset contexts.no.cluster", { err: "error: current map key `no` is invalid\n", code: 1 }],
  ["config unset contexts.no", { out: 'Property "contexts.no" unset.\n' }],
  ["kustomize a b", { err: "error: specify one path to kustomization.yaml\n", code: 1 }],
  [
    "kustomize --load-restrictor x .",
    { err: "error: illegal flag value --load-restrictor x; legal values: [LoadRestrictionsRootOnly LoadRestrictionsNone]\n", code: 1 },
  ],
  ["apply -k . -f x", { err: "error: only one of -f or -k can be specified\n", code: 1 }],
  ["apply -k . -R", { err: "error: the -k flag can't be used with -f or -R\n", code: 1 }],
];
it.each(lines)("answers `kubectl %s`", async (line, { out = "", err = "", code = 0 }) => {
  const { kubectl } = fakeShell();
  const answer = await kubectl(line);
  expect({ ...answer, err: answer.err.replace(/\n+$/, "\n") }).toEqual({ out, err, code });
});

it("sets a property of a kubeconfig, whose name may have dots, and unsets it", async () => {
  const { kubectl } = fakeShell();
  expect((await kubectl("config set clusters.10.0.0.1.server https://10.0.0.1")).out).toBe('Property "clusters.10.0.0.1.server" set.\n');
  expect((await kubectl("config set users.ann.token hush")).code).toBe(0);
  expect((await kubectl("config unset users.admin")).code).toBe(0);
  expect((await kubectl("config view")).out).toBe(
    "apiVersion: v1\nclusters:\n- cluster:\n    server: https://10.0.0.1\n  name: 10.0.0.1\n- cluster:\n    server: https://127.0.0.1:6443\n  name: timonel\ncontexts:\n- context:\n    cluster: timonel\n    user: admin\n  name: timonel\ncurrent-context: timonel\nkind: Config\nusers:\n- name: ann\n  user:\n    token: REDACTED\n",
  );
});

it("tells of requests with -v=6, of headers with -v=7 and of bodies with -v=8", async () => {
  const { kubectl } = fakeShell();
  const told = async (level: number): Promise<string> =>
    (await kubectl(`get pods nope -v=${level}`)).err.replaceAll(/^I\S+ \S+ +\d+ /gm, "");
  const pod = "https://127.0.0.1:6443/api/v1/namespaces/default/pods/nope";
  const refusal = 'Error from server (NotFound): pods "nope" not found\n';
  expect(await told(3)).toBe(refusal);
  const status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: 'pods "nope" not found',
    reason: "NotFound",
  };
  const answer = JSON.stringify({ ...status, details: { name: "nope", kind: "pods" }, code: 404 }, null, 2);
  expect(await told(5)).toBe(`helpers.go:246] server response object: %s[${answer}]\n${refusal}`);
  expect(await told(6)).toContain(`round_trippers.go:632] "Response" verb="GET" url="${pod}" status="404 Not Found" milliseconds=0\n`);
  expect(await told(7)).toContain(
    `round_trippers.go:527] "Request" verb="GET" url="${pod}" headers=<\n\tAccept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json\n\tAuthorization: Bearer <masked>\n\tUser-Agent: `,
  );
  expect(await told(8)).toContain('helper.go:105] "Response Body" body=<\n\t{"kind":"Status"');
});

it("lists the programs on $PATH that are plugins", async () => {
  const fs = memoryFiles("/home/learner", {});
  const { kubectl } = fakeShell({}, undefined, fs);
  expect((await kubectl("plugin list")).err).toBe("error: unable to find any kubectl plugins in your PATH\n");
});

it("prints completion for four shells, each of which asks kubectl itself, and names another", async () => {
  const { kubectl } = fakeShell();
  for (const [shell, registers] of [
    ["bash", "complete -o default -F __start_kubectl kubectl\n"],
    ["zsh", "#compdef kubectl\n"],
    ["fish", "complete -c kubectl -f -n __kubectl_is_sorted -a '$__kubectl_offered'\n"],
    ["powershell", "Register-ArgumentCompleter -Native -CommandName kubectl -ScriptBlock $__kubectlCompleter\n"],
  ] as const) {
    const { out, err, code } = await kubectl(`completion ${shell}`);
    expect([out.includes(registers), /^ .*(kubectl|\$program"?) __complete/m.test(out), err, code]).toEqual([true, true, "", 0]);
  }
  expect((await kubectl("completion tcsh")).err).toBe(
    "error: Unsupported shell type \"tcsh\".\nSee 'kubectl completion -h' for help and examples\n",
  );
});
