import { expect, it } from "vitest";
import { fakeShell } from "./testing/fake.ts";

const WEB =
  "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  replicas: 2\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: nginx\n        image: nginx:1.27\n";

// Words of the recordings in the reference.
const refusals: readonly [string, string][] = [
  ["get podz", 'error: the server doesn\'t have a resource type "podz"\n'],
  ["gte pods", 'error: unknown command "gte" for "kubectl"\n\nDid you mean this?\n\tget\n'],
  ["get pods --show-label", "error: unknown flag: --show-label\nSee 'kubectl get --help' for usage.\n"],
  ["run solo", 'error: required flag(s) "image" not set\n'],
  ["apply -f nowhere.yaml", 'error: the path "nowhere.yaml" does not exist\n'],
  ["get deploy ghost", 'Error from server (NotFound): deployments.apps "ghost" not found\n'],
  [
    "wait pod/x --for=condition=Ready --timeout=soon",
    'error: invalid argument "soon" for "--timeout" flag: time: invalid duration "soon"\nSee \'kubectl wait --help\' for usage.\n',
  ],
  [
    "describe",
    'error: You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
  ],
  ["apply", "error: must specify one of -f and -k\n"],
  [
    "logs",
    "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples\n",
  ],
  ["top pod", "error: Metrics API not available\n"],
  ["port-forward pod/x 80", 'Error from server (NotFound): pods "x" not found\n'],
  [
    "get pods -o jsonpath='{.items[0].metadata.name}'",
    'error: error executing jsonpath "{.items[0].metadata.name}": Error executing template: array index out of bounds: index 0, length 0. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.items[0].metadata.name}\n\tobject given to jsonpath engine was:\n\t\tmap[string]interface {}{"apiVersion":"v1", "items":[]interface {}{}, "kind":"List", "metadata":map[string]interface {}{"resourceVersion":""}}\n',
  ],
  ["exec web", "error: you must specify at least one command for the container\n"],
];
it.each(refusals)("refuses `kubectl %s` in kubectl's words", async (line, err) => {
  const { kubectl } = fakeShell();
  const result = await kubectl(line);
  expect(result.err.replace(/\n+$/, "\n")).toBe(err);
  expect(result.code).toBe(1);
});

it("applies: created, unchanged, configured, and sends only the change", async () => {
  const { kubectl, api, stored } = fakeShell({ "web.yaml": WEB });
  expect(await kubectl("apply -f web.yaml")).toEqual({ out: "deployment.apps/web created\n", err: "", code: 0 });
  expect((await kubectl("apply -f web.yaml")).out).toBe("deployment.apps/web unchanged\n");
  stored.set("web.yaml", WEB.replace("replicas: 2", "replicas: 3"));
  expect((await kubectl("apply -f web.yaml")).out).toBe("deployment.apps/web configured\n");
  const patch = api.requests.findLast((r) => r.method === "PATCH");
  expect(patch?.body).toMatchObject({ spec: { replicas: 3 } });
  expect(patch?.causes).toEqual([{ kind: "input", at: 1_000_000, sequence: 42, what: "kubectl apply -f web.yaml" }]);
});

it("goes on after a document that no resource serves", async () => {
  const { kubectl } = fakeShell({ "two.yaml": `apiVersion: v1\nkind: Podd\nmetadata:\n  name: typo\n---\n${WEB}` });
  const { out, err, code } = await kubectl("apply -f two.yaml");
  expect(out).toBe("deployment.apps/web created\n");
  expect(err).toBe(
    'error: resource mapping not found for name: "typo" namespace: "" from "two.yaml": no matches for kind "Podd" in version "v1"\nensure CRDs are installed first\n',
  );
  expect(code).toBe(1);
});

it("gets tables, names and yaml, several types apart, and says when there is nothing", async () => {
  const { kubectl } = fakeShell();
  expect((await kubectl("get pods")).err).toBe("No resources found in default namespace.\n");
  await kubectl("run box --image=busybox:1.36 --restart=Never");
  await kubectl("create deploy web --image=nginx:1.27 --replicas=2");
  expect((await kubectl("get po,deploy")).out).toBe("NAME      AGE\npod/box   5s\n\nNAME                  AGE\ndeployment.apps/web   5s\n");
  expect((await kubectl("get all -o name -nkube-system")).out).toBe("");
  expect((await kubectl("get pod box --no-headers -L run")).out).toBe("box   5s    box\n");
  expect((await kubectl("get pod/box -o jsonpath='{.spec.containers[0].image}'")).out).toBe("busybox:1.36");
  expect((await kubectl("get pod -o custom-columns=N:.metadata.name,R:.spec.restartPolicy")).out).toBe("N     R\nbox   Never\n");
  expect((await kubectl("logs box")).out).toBe("Hello Kubernetes!\n");
  expect((await kubectl("exec box -- ls")).err).toBe('error: unable to upgrade connection: container not found ("app")\n');
  expect((await kubectl("label pod box tier=x")).out).toBe("pod/box labeled\n");
  expect((await kubectl("set image deploy/web nginx=nginx:1.28")).out).toBe("deployment.apps/web image updated\n");
  expect((await kubectl("delete pod box --wait=false")).out).toBe('pod "box" deleted from default namespace\n');
});

it("prints a dry run of the client as kubectl 1.36 does", async () => {
  const { kubectl } = fakeShell();
  expect((await kubectl("create deployment web --image=nginx:1.27 --replicas=2 --port=80 --dry-run=client -o yaml")).out).toBe(
    "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  labels:\n    app: web\n  name: web\nspec:\n  replicas: 2\n  selector:\n    matchLabels:\n      app: web\n  strategy: {}\n  template:\n    metadata:\n      labels:\n        app: web\n    spec:\n      containers:\n      - image: nginx:1.27\n        name: nginx\n        ports:\n        - containerPort: 80\n        resources: {}\nstatus: {}\n",
  );
});

it("describes a deployment in kubectl's layout", async () => {
  const { kubectl } = fakeShell();
  await kubectl("create deployment web --image=nginx:1.27 --port=80");
  expect((await kubectl("describe deploy web")).out).toContain(
    "Pod Template:\n  Labels:  app=web\n  Containers:\n   nginx:\n    Image:         nginx:1.27\n    Port:          80/TCP\n    Host Port:     0/TCP\n    Environment:   <none>\n    Mounts:        <none>\n  Volumes:         <none>\n  Node-Selectors:  <none>\n  Tolerations:     <none>\n",
  );
});

it("changes the kubeconfig and follows it", async () => {
  const { kubectl, stored } = fakeShell();
  expect((await kubectl("config set-context --current --namespace=lab")).out).toBe('Context "timonel" modified.\n');
  expect(stored.get("/home/learner/.kube/config")).toContain("namespace: lab");
  expect((await kubectl("config get-contexts")).out).toBe(
    "CURRENT   NAME      CLUSTER   AUTHINFO   NAMESPACE\n*         timonel   timonel   admin      lab\n",
  );
  expect((await kubectl("get pods")).err).toBe("No resources found in lab namespace.\n");
});

it("keeps what a template printed before it failed", async () => {
  const { kubectl } = fakeShell();
  await kubectl("create cm note --from-literal=a=1");
  expect((await kubectl("get cm note -o go-template='{{.metadata.name}} {{len .data}}'")).out).toBe("note 1");
  const failed = await kubectl("get cm note -o go-template='{{.metadata.name}} {{len .nothing}}'");
  expect(failed.out).toMatch(/^note Error executing template: template: output:1:/);
  expect(failed.err).toMatch(/^error: error executing template /);
  expect((await kubectl("get cm note -o go-template='{{nofunc .a}}'")).err).toBe(
    'error: error parsing template {{nofunc .a}}, template: output:1: function "nofunc" not defined\n',
  );
});
