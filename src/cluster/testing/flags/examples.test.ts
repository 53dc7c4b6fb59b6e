import { expect, it } from "vitest";
import { helpTexts } from "../../../kubectl/help/index.ts";
import { readingTexts } from "../../../kubectl/help/reading/index.ts";
import { testCluster } from "../../testing.ts";

/** What the examples of --help speak of. */
const SETUP = [
  "mkdir -p pages manifests overlays/test; printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: shop, labels: {app: shop}}\\ndata: {a: b}\\n' > shop.yaml; cp shop.yaml manifests/; sed s/shop/shop2/ shop.yaml > overlays/test/shop.yaml; echo 'resources: [shop.yaml]' > overlays/test/kustomization.yaml; cp overlays/test/kustomization.yaml .",
  "for f in pages/x nginx.conf mime.types id_rsa; do echo x > $f; done; for f in app.env db.env; do echo a=b > $f; done; echo '{}' > config.json",
  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout shop.key -out shop.crt -subj /CN=x 2>/dev/null; for f in ca.crt ann.crt; do cp shop.crt $f; done; cp shop.key ann.key",
  "printf 'apiVersion: batch/v1\\nkind: Job\\nmetadata: {generateName: job-}\\nspec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: busybox}]}}}\\n' > job.yaml",
  "kubectl create deployment web --image=nginx --dry-run=client -o yaml > web.yaml; kubectl create cm settings --from-literal=colour=red; kubectl get cm settings -o yaml > settings.yaml; kubectl create deployment keep --image=nginx; kubectl create deployment idle --image=nginx; kubectl create rolebinding viewers --clusterrole=view",
  "kubectl run pod --image=nginx --dry-run=client -o yaml > pod.yaml; kubectl create -f pod.yaml; for p in solo lazy web-0; do kubectl run $p --image=nginx --port=80; done",
  "kubectl config set-cluster old; kubectl config set-context old; kubectl config set-credentials old --token=x; kubectl config set-context lab --cluster=old",
];
/** What those of commands that look speak of; the others have deleted what there was. */
const SETUP_READING = [
  "kubectl create deployment front --image=nginx --replicas=2; kubectl get deployment front -o yaml > front.yaml; for p in box gone; do kubectl run $p --image=nginx --port=80; done",
  "printf 'apiVersion: v1\nkind: Pod\nmetadata: {name: two}\nspec: {containers: [{name: main, image: nginx}, {name: side, image: busybox, command: [sleep, \"3600\"]}]}\n' | kubectl apply -f -",
  "printf 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: reader, namespace: default}\nrules: [{apiGroups: [\"\"], resources: [pods], verbs: [get]}]\n' > rights.yaml",
  `csr() { printf 'apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: %s}\nspec: {signerName: example.com/any, usages: [client auth], request: %s}\n' $1 $(openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout x.key -subj /CN=$1 2>/dev/null | base64 | tr -d '\n'); }; csr ann > csr.yaml; kubectl apply -f csr.yaml; csr eve | kubectl apply -f -`,
  "kubectl rollout status deployment front --timeout=60s; kubectl set env deployment/front A=b; kubectl rollout status deployment front --timeout=60s; kubectl wait --for=condition=Ready pod box two; sleep 60",
];
/** Examples that end when somebody ends them. */
const ENDLESS = /^kubectl (?:port-forward|proxy|attach|get .*-w\b|events --watch|logs .*-f\b)/;
/** After each command's examples: what would stand in the way of others. */
const BETWEEN =
  "kubectl delete quota --all >/dev/null 2>&1; kubectl get pod solo >/dev/null 2>&1 || kubectl run solo --image=nginx --port=80 >/dev/null";

/** Examples that end with another code than 0, and why they do so here. */
const REFUSED: readonly (readonly [line: RegExp, output: RegExp])[] = [
  // Several examples make one name.
  [/kubectl (?:create|kubectl kustomize|config|kustomize)/, /already exists/],
  [/KUBE_EDITOR=nano/, /Standard input is not a terminal/],
  // 1 says that something differs.
  [/kubectl diff/, /^diff /m],
  [/kubectl drain node-1 --ignore-daemonsets$/, /cannot delete/],
  [/kubectl set resources .*--requests=cpu=0/, /no/],
];

it.skipIf(process.env["TIMONEL_PROOFS"] !== "full")(
  "runs every example of --help that there is",
  async () => {
    const c = await testCluster();
    const run = (line: string): Promise<string> => c.sh(`export EDITOR=true; cd ~; ${line}`);
    for (const line of SETUP) await run(line);
    const failed: string[] = [];
    const [firstReading] = Object.keys(readingTexts);
    for (const [command, { examples = "" }] of Object.entries(helpTexts)) {
      if (command === firstReading) for (const line of SETUP_READING) await run(line);
      for (const line of examples.split("\n").filter((l) => l !== "" && !l.startsWith("#"))) {
        const endless = ENDLESS.test(line);
        const shown = await run(endless ? `timeout 2 ${line}` : line);
        if (endless && shown.endsWith("[124]")) continue;
        if (/\[\d+\]$/.test(shown) && !REFUSED.some(([l, o]) => l.test(line) && o.test(shown)))
          failed.push(`${command}: ${line}\n${shown}`);
      }
      await run(BETWEEN);
    }
    expect(failed).toEqual([]);
  },
  600_000,
);
