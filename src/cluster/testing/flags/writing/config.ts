import { flagRows, type FlagRow } from "../row.ts";

/** Every line works on a file of its own. */
const OWN = "export KUBECONFIG=$PWD/kc";
const own = (command: string, line: string, then: string, cases: Readonly<Record<string, string>>): readonly FlagRow[] =>
  flagRows(command, line, Object.fromEntries(Object.entries(cases).map(([flag, shows]) => [flag, { first: OWN, then, shows }])));
const VIEW = "kubectl config view --raw";
const SMALL =
  "export KUBECONFIG=$PWD/kc; kubectl config set-cluster c --server=https://c.io >/dev/null; kubectl config set-cluster d --server=https://d.io >/dev/null; kubectl config set-credentials u --token=hush >/dev/null; kubectl config set-context x --cluster=c --user=u >/dev/null; kubectl config set-context y --cluster=d --user=u >/dev/null; kubectl config use-context x >/dev/null";

const kubeconfig: readonly FlagRow[] = [
  ...own("config set-cluster", "kubectl config set-cluster c", VIEW, {
    "certificate-authority=/ca.crt": "certificate-authority: /ca.crt",
    "insecure-skip-tls-verify": "insecure-skip-tls-verify: true",
    "proxy-url=http://p": "proxy-url: http://p",
    "server=https://s": "server: https://s",
    "tls-server-name=a.b": "tls-server-name: a.b",
  }),
  ...flagRows("config set-cluster", "kubectl config set-cluster c --certificate-authority=ca", {
    "embed-certs": { first: `${OWN}; echo CERT > ca`, then: VIEW, shows: "certificate-authority-data: Q0VSVAo=" },
  }),
  ...own("config set-context", "kubectl config set-context x", VIEW, {
    "cluster=c": "cluster: c",
    "namespace=lab": "namespace: lab",
    "user=u": "user: u",
  }),
  ...flagRows("config set-context", "kubectl config set-context --namespace=lab", {
    current: { first: SMALL, shows: 'Context "x" modified.' },
  }),
  ...own("config set-credentials", "kubectl config set-credentials u", VIEW, {
    "auth-provider=oidc": "name: oidc",
    "client-certificate=/c.crt": "client-certificate: /c.crt",
    "client-key=/c.key": "client-key: /c.key",
    "exec-command=p": "command: p",
    "password=hush": "password: hush",
    "token=hush": "token: hush",
    "username=ann": "username: ann",
  }),
  ...own("config set-credentials", "kubectl config set-credentials u --exec-command=p", VIEW, {
    "exec-api-version=client.authentication.k8s.io/v1": "apiVersion: client.authentication.k8s.io/v1",
    "exec-arg=one": "- one",
    "exec-env=A=b": "value: b",
    "exec-interactive-mode=Never": "interactiveMode: Never",
    "exec-provide-cluster-info": "provideClusterInfo: true",
  }),
  ...own("config set-credentials", "kubectl config set-credentials u --auth-provider=oidc", VIEW, { "auth-provider-arg=a=b": "a: b" }),
  ...flagRows("config set-credentials", "kubectl config set-credentials u --client-key=k", {
    "embed-certs": { first: `${OWN}; echo KEY > k`, then: VIEW, shows: "client-key-data: S0VZCg==" },
  }),
  ...flagRows("config set", "kubectl config set users.u.client-key-data", {
    "set-raw-bytes": { first: SMALL, on: "kubectl config set users.u.client-key-data KEY", then: VIEW, shows: "client-key-data: S0VZ" },
  }),
  ...flagRows("config get-contexts", "kubectl config get-contexts", {
    "no-headers": { first: SMALL, hides: "AUTHINFO" },
    "output=name": { first: SMALL, hides: "AUTHINFO" },
  }),
  ...flagRows("config view", "kubectl config view", {
    "allow-missing-template-keys=false": {
      first: SMALL,
      on: "kubectl config view -o jsonpath='{.nothing}'",
      shows: "nothing is not found",
    },
    flatten: {
      first: `${SMALL}; echo CERT > ca; kubectl config set-cluster c --certificate-authority=ca >/dev/null`,
      on: "kubectl config view --raw",
      shows: "certificate-authority-data",
    },
    "merge=false": { first: SMALL, shows: "if merge==false a precise file must be specified" },
    minify: { first: SMALL, hides: "https://d.io" },
    "output=json": { first: SMALL, shows: '"kind": "Config"' },
    raw: { first: SMALL, shows: "hush" },
    "template='<{{.kind}}>'": { first: SMALL, on: "kubectl config view -o go-template", shows: "<Config>" },
  }),
];

const FILE = "export HOME=$PWD";
const kuberc: readonly FlagRow[] = [
  ...flagRows("kuberc set", "kubectl kuberc set", {
    "allowlist-entry=command=p": {
      first: FILE,
      on: "kubectl kuberc set --section=credentialplugin --policy=Allowlist",
      then: "cat .kube/kuberc",
      shows: "- command: p",
    },
    "appendarg=last": {
      first: FILE,
      on: "kubectl kuberc set --section=aliases --name=getn --command=get",
      then: "cat .kube/kuberc",
      shows: "- last",
    },
    "command=get": { first: FILE, on: "kubectl kuberc set --section=defaults", then: "cat .kube/kuberc", shows: "command: get" },
    "kuberc=own": {
      first: `${FILE}; printf 'apiVersion: kubectl.config.k8s.io/v1beta1\\nkind: Preference\\n' > own`,
      on: "kubectl kuberc set --section=defaults --command=get",
      then: "cat own",
      shows: "command: get",
    },
    "name=getn": { first: FILE, on: "kubectl kuberc set --section=aliases --command=get", then: "cat .kube/kuberc", shows: "name: getn" },
    "option=output=json": {
      first: FILE,
      on: "kubectl kuberc set --section=defaults --command=version",
      then: "kubectl version --client",
      shows: '"clientVersion"',
    },
    overwrite: {
      first: `${FILE}; kubectl kuberc set --section=defaults --command=get >/dev/null`,
      on: "kubectl kuberc set --section=defaults --command=get",
      shows: "Updated",
    },
    "policy=DenyAll": {
      first: FILE,
      on: "kubectl kuberc set --section=credentialplugin",
      then: "cat .kube/kuberc",
      shows: "credentialPluginPolicy: DenyAll",
    },
    "prependarg=first": {
      first: FILE,
      on: "kubectl kuberc set --section=aliases --name=getn --command=get",
      then: "cat .kube/kuberc",
      shows: "- first",
    },
    "section=defaults": { first: FILE, on: "kubectl kuberc set --command=get", shows: "Updated" },
  }),
  ...flagRows("kuberc view", "kubectl kuberc view", {
    "allow-missing-template-keys=false": {
      first: `${FILE}; kubectl kuberc set --section=defaults --command=get >/dev/null`,
      on: "kubectl kuberc view -o jsonpath='{.nothing}'",
      shows: "nothing is not found",
    },
    "kuberc=own": {
      first: `${FILE}; printf 'apiVersion: kubectl.config.k8s.io/v1beta1\\nkind: Preference\\n' > own`,
      shows: "kind: Preference",
    },
    "output=json": { first: `${FILE}; kubectl kuberc set --section=defaults --command=get >/dev/null`, shows: '"kind": "Preference"' },
    "template='<{{.kind}}>'": {
      first: `${FILE}; kubectl kuberc set --section=defaults --command=get >/dev/null`,
      on: "kubectl kuberc view -o go-template",
      shows: "<Preference>",
    },
  }),
];

export const configRows: readonly FlagRow[] = [...kubeconfig, ...kuberc];
