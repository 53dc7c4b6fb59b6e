import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

const PHP_APACHE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: php-apache
spec:
  selector: {matchLabels: {run: php-apache}}
  template:
    metadata: {labels: {run: php-apache}}
    spec:
      containers:
      - name: php-apache
        image: registry.k8s.io/hpa-example
        ports: [{containerPort: 80}]
        resources: {limits: {cpu: 500m}, requests: {cpu: 200m}}
---
apiVersion: v1
kind: Service
metadata: {name: php-apache, labels: {run: php-apache}}
spec: {ports: [{port: 80}], selector: {run: php-apache}}
`;

it("load makes pods, and five minutes after it has gone they go", async () => {
  const c = await testCluster({ nodes: 1 });
  const hpa = (path: string) => c.sh(`kubectl get hpa php-apache -o jsonpath='{${path}}'`);
  const conditions = () => hpa(".status.conditions[*].reason");
  await c.sh(`cat <<'E' | kubectl apply -f -\n${PHP_APACHE}E\nkubectl autoscale deployment php-apache --cpu=50% --min=1 --max=10`);
  await c.advance(16);
  expect(await conditions()).toBe("SucceededGetScale FailedGetResourceMetric");
  await c.advance(74);
  expect(await c.sh("kubectl get hpa --no-headers")).toMatch(/^php-apache +Deployment\/php-apache +cpu: 0%\/50% +1 +10 +1 +90s$/);
  // Nothing to do would be no pod, which the first look does not yet believe.
  expect(await conditions()).toBe("ScaleDownStabilized ValidMetricFound DesiredWithinRange");

  await c.sh(
    `kubectl run load-generator --image=busybox:1.28 --restart=Never -- /bin/sh -c "while sleep 0.01; do wget -q -O- http://php-apache; done"`,
  );
  await c.advance(32);
  // One pod is as busy as its limit lets it; it may become four at once.
  expect(await hpa(".status.currentReplicas} {.status.desiredReplicas")).toBe("1 4");
  expect(await conditions()).toBe("SucceededRescale ValidMetricFound ScaleUpLimit");
  await c.advance(45);
  expect(await c.sh("kubectl get deploy php-apache -o jsonpath='{.spec.replicas}'")).toBe("5");

  await c.sh("kubectl delete pod load-generator --now");
  await c.advance(240);
  expect(await hpa(".status.currentMetrics[0].resource.current.averageUtilization} {.status.desiredReplicas")).toBe("0 5");
  expect(await conditions()).toBe("ScaleDownStabilized ValidMetricFound DesiredWithinRange");
  await c.advance(90);
  expect(await c.sh("kubectl get deploy php-apache -o jsonpath='{.spec.replicas}'")).toBe("1");
  await c.advance(600);
  expect(await conditions()).toBe("ReadyForNewScale ValidMetricFound TooFewReplicas");
  const settled = await hpa(".metadata.resourceVersion");
  await c.advance(600);
  expect(await hpa(".metadata.resourceVersion")).toBe(settled);
  expect(
    await c.sh("kubectl get events --field-selector reason=SuccessfulRescale -o jsonpath='{range .items[*]}{.message}{\"\\n\"}{end}'"),
  ).toBe(
    "New size: 4; reason: cpu resource utilization (percentage of request) above target\nNew size: 5; reason: \nNew size: 1; reason: All metrics below target",
  );
});

const adapter = (group: string, version: string) => `---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: ${version}.${group}}
spec:
  group: ${group}
  version: ${version}
  groupPriorityMinimum: 100
  versionPriority: 100
  insecureSkipTLSVerify: true
  service: {name: adapter, namespace: default, port: 80}
`;
const value = (name: string, amount: string) =>
  `{"describedObject":{"kind":"Pod","name":"${name}"},"timestamp":"2026-01-01T00:00:00Z","value":"${amount}"}`;
/** An nginx that always says the same. */
const ADAPTER = `apiVersion: v1
kind: ConfigMap
metadata: {name: adapter}
data:
  default.conf: |
    server {
      listen 80;
      default_type application/json;
      location = /apis/custom.metrics.k8s.io/v1beta2 { return 200 '{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"custom.metrics.k8s.io/v1beta2","resources":[]}'; }
      location = /apis/external.metrics.k8s.io/v1beta1 { return 200 '{"kind":"APIResourceList","apiVersion":"v1","groupVersion":"external.metrics.k8s.io/v1beta1","resources":[]}'; }
      location = /apis/custom.metrics.k8s.io/v1beta2/namespaces/default/services/shop/orders { return 200 '{"items":[${value("shop", "70")}]}'; }
      location = /apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue { return 200 '{"items":[${value("", "20")},${value("", "15500m")}]}'; }
    }
---
apiVersion: v1
kind: Pod
metadata: {name: adapter, labels: {app: adapter}}
spec:
  containers:
  - name: nginx
    image: nginx:1.27
    volumeMounts: [{name: conf, mountPath: /etc/nginx/conf.d}]
  volumes: [{name: conf, configMap: {name: adapter}}]
---
apiVersion: v1
kind: Service
metadata: {name: adapter}
spec: {ports: [{port: 80}], selector: {app: adapter}}
${adapter("custom.metrics.k8s.io", "v1beta2")}${adapter("external.metrics.k8s.io", "v1beta1")}`;

const CRD = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: shops.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Shop, plural: shops, singular: shop}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.size, statusReplicasPath: .status.size, labelSelectorPath: .status.selector}
`;
const SHOP = `apiVersion: example.com/v1
kind: Shop
metadata: {name: corner}
spec: {size: 2}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: corner}
spec:
  scaleTargetRef: {apiVersion: example.com/v1, kind: Shop, name: corner}
  maxReplicas: 9
  metrics:
  - type: Object
    object: {describedObject: {apiVersion: v1, kind: Service, name: shop}, metric: {name: orders}, target: {type: AverageValue, averageValue: 20}}
  - type: External
    external: {metric: {name: queue}, target: {type: AverageValue, averageValue: 10}}
  - type: Pods
    pods: {metric: {name: unheard}, target: {type: AverageValue, averageValue: 10}}
`;

it("a custom resource is scaled by what other API servers measure", async () => {
  const c = await testCluster({ nodes: 1 });
  await c.sh(`cat <<'E' | kubectl apply -f -\n${ADAPTER}---\n${CRD}E`);
  await c.advance(40);
  expect(await c.sh("kubectl get --raw /apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue")).toContain("15500m");
  await c.sh(`cat <<'E' | kubectl apply -f -\n${SHOP}E`);
  await c.sh(`kubectl patch shop corner --subresource=status --type=merge -p '{"status":{"size":2,"selector":"app=corner"}}'`);
  await c.advance(16);
  expect(await c.sh("kubectl get shop corner -o jsonpath='{.spec.size}'")).toBe("4");
  expect(await c.sh("kubectl get hpa corner --no-headers")).toMatch(
    /^corner +Shop\/corner +35\/20 \(avg\), 17750m\/10 \(avg\) \+ 1 more\.\.\. +1 +9 +2 +\d+s$/,
  );
  expect(
    await c.sh(
      "kubectl get events --field-selector involvedObject.name=corner -o jsonpath='{range .items[*]}{.reason}: {.message}{\"\\n\"}{end}'",
    ),
  ).toBe(
    [
      "FailedGetPodsMetric: unable to get metric unheard: unable to fetch metrics from custom metrics API: the server could not find the requested resource (get pods.custom.metrics.k8s.io *)",
      "SuccessfulRescale: New size: 4; reason: external metric orders(nil) above target",
    ].join("\n"),
  );
});
