import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const POD = `
apiVersion: v1
kind: Pod
metadata: {name: example-pod}
spec:
  shareProcessNamespace: true
  containers: [{name: web, image: "nginx:1.27"}]
`;
const DEBUGGER = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "example-pod" },
  spec: {
    ephemeralContainers: [
      {
        name: "debugger",
        image: "busybox",
        command: ["sh"],
        imagePullPolicy: "IfNotPresent",
        stdin: true,
        tty: true,
        terminationMessagePolicy: "File",
      },
    ],
  },
};

it("adds an ephemeral container that shares its pod's processes, once, with its events and its own end", async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.sh(`cat > pod.yaml <<'EOF'${POD}EOF
echo '${JSON.stringify(DEBUGGER)}' > debugger.json
kubectl apply -f pod.yaml && kubectl wait --for=condition=Ready pod/example-pod --timeout=60s
kubectl replace --raw /api/v1/namespaces/default/pods/example-pod/ephemeralcontainers -f debugger.json > answer; sleep 3`);
  expect(await c.sh("kubectl exec example-pod -c debugger -- ps -o args | grep -v worker | sort -u")).toMatch(
    /^\/pause\nCOMMAND\nnginx: master process nginx -g daemon off;\nps -o args\nsh$/,
  );
  expect(
    await c.sh("kubectl get events -o jsonpath='{range .items[*]}{.involvedObject.fieldPath} {.reason}{\"\\n\"}{end}' | grep debugger"),
  ).toBe(["Pulled", "Created", "Started"].map((reason) => `spec.ephemeralContainers{debugger} ${reason}`).join("\n"));
  await c.sh(`pid=$(kubectl exec example-pod -c debugger -- ps -o pid,args | awk '$2 == "sh" && NF == 2 {print $1}')
kubectl exec example-pod -c web -- sh -c "kill -9 $pid"; sleep 30`);
  const fields = "{.state.terminated.exitCode} {.state.terminated.reason} {.restartCount} {.ready}";
  expect(
    await c.sh(`kubectl get pod example-pod -o jsonpath='{range .status.ephemeralContainerStatuses[*]}${fields}{end} {.status.phase}'`),
  ).toBe("137 Error 0 false Running");
});

it("debugs through copies and on nodes as kubectl does", async () => {
  const c = await testCluster({ preset: "reference-node" });
  await c.sh("kubectl run web --image=nginx:1.27 --labels=app=web && kubectl wait --for=condition=Ready pod/web --timeout=60s");
  expect(await c.sh("kubectl debug web --image=busybox:1.36 --copy-to=copy -c look -i -q -- sh -c 'sleep 3; cat /proc/1/comm'")).toBe(
    "pause",
  );
  expect(await c.sh("kubectl get pod copy -o jsonpath='{.metadata.labels} {.spec.containers[*].name} {.spec.shareProcessNamespace}'")).toBe(
    " web look true",
  );
  const debugged = await c.sh("kubectl debug node/node-1 --image=busybox:1.36 -i -- sh -c 'sleep 3; ls -d /host; hostname'");
  expect(
    debugged
      .split("\n")
      .slice(0, 3)
      .join("\n")
      .replace(/node-debugger-node-1-\w{5}/, "NAME"),
  ).toBe("Creating debugging pod NAME with container debugger on node node-1.\n/host\nnode-1");
});
