import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const statefulSet = (name: string, port: number, container: string, mountPath: string): string => `
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {clusterIP: None, selector: {app: ${name}}, ports: [{port: ${port}}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: ${name}}
spec:
  serviceName: ${name}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
      - name: ${name}
        ports: [{containerPort: ${port}}]
        volumeMounts: [{name: data, mountPath: ${mountPath}}]
${container.replace(/^/gm, "        ")}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---`;
const MONGO = statefulSet(
  "mongo",
  27_017,
  `image: mongo:7.0
env: [{name: MONGO_INITDB_ROOT_USERNAME, value: root}, {name: MONGO_INITDB_ROOT_PASSWORD, value: pw}]
readinessProbe:
  exec: {command: [mongosh, --quiet, --eval, "db.adminCommand('ping')"]}
  initialDelaySeconds: 10
  periodSeconds: 60
  timeoutSeconds: 5`,
  "/data/db",
);
const RABBIT = statefulSet(
  "rabbitmq",
  5672,
  `image: rabbitmq:4-management
env: [{name: RABBITMQ_DEFAULT_USER, value: admin}, {name: RABBITMQ_DEFAULT_PASS, value: pw}]
readinessProbe:
  exec: {command: [rabbitmq-diagnostics, -q, check_port_connectivity]}
  initialDelaySeconds: 10
  periodSeconds: 60
  timeoutSeconds: 10`,
  "/var/lib/rabbitmq",
);
const ETCD = statefulSet(
  "etcd",
  2379,
  `image: quay.io/coreos/etcd:v3.5.21
command: [etcd, --data-dir=/data, "--listen-client-urls=http://0.0.0.0:2379", "--advertise-client-urls=http://etcd:2379"]
readinessProbe: {httpGet: {path: /health, port: 2379}}`,
  "/data",
);

it("StatefulSets of mongo, rabbitmq and etcd keep what they were told when their pods are replaced", async () => {
  const c = await testCluster();
  await c.sh(`kubectl apply -f - <<'END'\n${MONGO}${RABBIT}${ETCD}\nEND`);
  await c.sh("kubectl run client --image=timonel/amqp-tools --command -- sleep infinity");
  await c.advance(40);
  const ready = /^etcd-0 +1\/1 +Running +0 .*\nmongo-0 +1\/1 +Running +0 .*\nrabbitmq-0 +1\/1 +Running +0 /;
  expect(await c.sh("kubectl get pods --no-headers -l app")).toMatch(ready);
  const mongo = (script: string) =>
    c.sh(`kubectl exec mongo-0 -- mongosh --quiet "mongodb://root:pw@mongo:27017/shop?authSource=admin" --eval '${script}'`);
  expect(await mongo('db.items.insertOne({_id: 1, name: "kept"})')).toBe("{ acknowledged: true, insertedId: 1 }");
  expect(await c.sh("kubectl exec etcd-0 -- etcdctl put k kept")).toBe("OK");
  const client = (script: string) => c.sh(`kubectl exec client -- sh -c 'export URL=amqp://admin:pw@rabbitmq:5672; ${script}'`);
  expect(await client("amqp-declare-queue -u $URL -q jobs -d; amqp-publish -u $URL -r jobs -p -b kept")).toBe("jobs");

  await c.sh("kubectl delete pod mongo-0 rabbitmq-0 etcd-0");
  await c.advance(30);
  expect(await c.sh("kubectl get pods --no-headers -l app")).toMatch(ready);
  expect(await mongo("db.items.find()")).toBe("[ { _id: 1, name: 'kept' } ]");
  expect(await client("amqp-consume -u $URL -q jobs -c 1 cat")).toBe("kept");
  expect(await c.sh("kubectl exec etcd-0 -- etcdctl get k --print-value-only")).toBe("kept");
  expect(await c.sh("kubectl exec rabbitmq-0 -- rabbitmqctl -q list_queues")).toBe("name\tmessages\njobs\t0");
});
