import { objects, useCluster } from "../model/store.ts";
import { controllerOf, type PodView } from "../model/views.ts";
import { age } from "../format.ts";
import { useNow } from "../frame/useNow.ts";
import { useT } from "../i18n.ts";
import { Scheduling } from "./Scheduling.tsx";
import { useUsage } from "./useUsage.ts";
import type { ContainerStatus, OwnerReference, Pod } from "../kube/objects.ts";

export function Overview({ view }: { view: PodView }) {
  const t = useT();
  const now = useNow();
  useCluster((s) => s.pods);
  const pod = objects.pods.get(view.key);
  const usage = useUsage(view.node, view.uid);
  if (!pod) return null;
  const chain = ownerChain(pod, view.namespace);
  return (
    <>
      <dl className="facts">
        <dt>{t("table.status")}</dt>
        <dd data-testid="inspector-status">{view.text}</dd>
        <dt>{t("table.ready")}</dt>
        <dd>
          {view.ready}/{view.total}
        </dd>
        <dt>{t("table.node")}</dt>
        <dd>{view.node || "—"}</dd>
        <dt>{t("table.namespace")}</dt>
        <dd>{view.namespace}</dd>
        <dt>{t("table.ip")}</dt>
        <dd>
          <code>{view.ip || "—"}</code>
        </dd>
        <dt>{t("table.age")}</dt>
        <dd>{age(now - view.created)}</dd>
      </dl>
      {(pod.status?.message ?? "") !== "" && <p className="message">{pod.status?.message}</p>}
      <Scheduling view={view} />
      <h4>{t("inspector.chain")}</h4>
      <ol className="chain" data-testid="owner-chain">
        {[...chain.reverse(), { kind: "Pod", name: view.name, uid: view.uid }].map((link) => (
          <li key={link.uid || link.name} data-hue={link.kind === "Pod" ? undefined : view.owner?.hue}>
            <span>{link.kind}</span> {link.name}
          </li>
        ))}
      </ol>
      <h4>{t("inspector.containers")}</h4>
      <ul className="containers">
        {(pod.spec?.containers ?? []).map((container) => {
          const status = pod.status?.containerStatuses?.find((s) => s.name === container.name);
          return (
            <li key={container.name}>
              <div className="row tight">
                <strong>{container.name}</strong>
                <span className="badge" data-tone={status?.ready ? "calm" : undefined}>
                  {stateOf(status)} · {t(status?.ready ? "inspector.containerReady" : "inspector.containerNotReady")}
                </span>
              </div>
              <code>{container.image}</code>
              {usage.has(container.name) && (
                <p data-testid="usage">
                  {t("inspector.usage", { cpu: usage.get(container.name)?.cpu ?? 0, memory: usage.get(container.name)?.memory ?? 0 })}
                </p>
              )}
              {status?.state?.waiting?.message && <p className="message">{status.state.waiting.message}</p>}
              {(status?.restartCount ?? 0) > 0 && <p>{t("inspector.restarts", { count: status?.restartCount ?? 0 })}</p>}
              {status?.lastState?.terminated && (
                <p>
                  {t("inspector.lastExit", {
                    reason: status.lastState.terminated.reason ?? "",
                    code: status.lastState.terminated.exitCode,
                  })}
                </p>
              )}
            </li>
          );
        })}
      </ul>
      <h4>{t("inspector.conditions")}</h4>
      <ul className="plain">
        {(pod.status?.conditions ?? []).map((c) => (
          <li key={c.type}>
            {c.type}: <strong>{c.status}</strong> {c.reason && <span className="quiet">{c.reason}</span>}
            {c.message && <p className="message">{c.message}</p>}
          </li>
        ))}
      </ul>
      <h4>{t("inspector.labels")}</h4>
      <ul className="labels">
        {Object.entries(pod.metadata?.labels ?? {}).map(([key, value]) => (
          <li key={key}>
            <code>
              {key}={value}
            </code>
          </li>
        ))}
        {Object.keys(pod.metadata?.labels ?? {}).length === 0 && <li className="quiet">{t("inspector.none")}</li>}
      </ul>
    </>
  );
}

/** From the pod's controller upwards. */
function ownerChain(pod: Pod, namespace: string): OwnerReference[] {
  const chain: OwnerReference[] = [];
  let next = controllerOf(pod);
  while (next && chain.length < 8) {
    chain.push(next);
    next = next.kind === "ReplicaSet" ? controllerOf(objects.replicaSets.get(`${namespace}/${next.name}`) ?? {}) : undefined;
  }
  return chain;
}

function stateOf(status: ContainerStatus | undefined): string {
  const { waiting, running, terminated } = status?.state ?? {};
  if (running) return "Running";
  if (terminated) return terminated.reason ?? `ExitCode:${terminated.exitCode}`;
  return waiting?.reason ?? "Waiting";
}
