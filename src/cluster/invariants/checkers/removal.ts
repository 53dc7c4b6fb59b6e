import type { Pod } from "../../../api/index.ts";
import type { Checker } from "../checker.ts";
import { isOver, nameOf } from "../pods.ts";
import type { Write } from "../view.ts";

/** Users that may say that a pod is gone when its kubelet has not: people, by force, and the collector of pods whose nodes are no more. */
const FORCE = ["kubernetes-admin", "system:serviceaccount:kube-system:pod-garbage-collector"];

/**
 * A pod whose containers may run stays in the API until its kubelet says that they do not. It is what keeps a
 * StatefulSet from having two pods of one number.
 */
export const podRemoval = (): Checker => ({
  name: "a pod is gone only when its kubelet says so",
  *at(write) {
    if (write.plural !== "pods" || write.after) return;
    const { before: pod, origin } = write as Write<Pod>;
    if (!pod?.spec?.nodeName || isOver(pod) || origin.user === `system:node:${pod.spec.nodeName}` || FORCE.includes(origin.user)) return;
    const started = pod.status?.containerStatuses?.some((c) => c.state?.running) ?? false;
    if (started) yield `${nameOf(pod)} is removed by ${origin.user} while it runs on ${pod.spec.nodeName}`;
  },
  *settled(view) {
    for (const pod of view.list("pods"))
      if (!isOver(pod) && pod.status?.phase !== "Running") yield `${nameOf(pod)} is ${pod.status?.phase} in the end`;
  },
});
