import { lazy, Suspense, useEffect, useMemo, useRef } from "react";
import { useCluster } from "../model/store.ts";
import { Icon } from "../frame/Icon.tsx";
import { NamespaceSelect } from "../frame/NamespaceSelect.tsx";
import { useT } from "../i18n.ts";
import { shows, useSettings } from "../settings.ts";
import { typeCommand } from "../terminal/terminals.ts";
import { newFromTemplate } from "../editor/files.ts";
import { keepTabStop, moveBetweenPods } from "./keyboard.ts";
import { Legend } from "./Legend.tsx";
import { NodeCard, Tray } from "./NodeCard.tsx";
import { density } from "./PodMark.tsx";
import { selectPod, useSelection } from "./selection.ts";

const PodTable = lazy(async () => ({ default: (await import("./PodTable.tsx")).PodTable }));
const Inspector = lazy(async () => ({ default: (await import("../inspector/Inspector.tsx")).Inspector }));

export function MapPane() {
  const t = useT();
  const view = useSettings((s) => s.mapView);
  const filter = useSettings((s) => s.namespaces);
  const { nodes, pods, synced } = useCluster();
  const selected = useSelection((s) => s.pod);
  const root = useRef<HTMLDivElement>(null);
  const shown = useMemo(() => [...pods.values()].filter((pod) => shows(filter, pod.namespace)), [pods, filter]);
  const as = density(shown.length);

  useEffect(() => {
    if (root.current) keepTabStop(root.current);
  });

  return (
    <section id="pane-map" className="pane map-pane" aria-label={t("map.label")} data-testid="map-pane" tabIndex={-1}>
      <header className="pane-bar">
        <h2 className="pane-title">{t("pane.map")}</h2>
        <div className="segmented" role="group" aria-label={t("map.view")}>
          {(["map", "table"] as const).map((choice) => (
            <button
              key={choice}
              type="button"
              aria-pressed={view === choice}
              onClick={() => useSettings.setState({ mapView: choice })}
              data-testid={`map-view-${choice}`}
            >
              {t(`map.${choice}`)}
            </button>
          ))}
        </div>
        <span className="spacer" />
        <NamespaceSelect />
      </header>
      {shown.length > 0 && <Legend pods={shown} />}
      <div className="map-body">
        <div
          className="map-scroll"
          ref={root}
          data-as={as}
          role="group"
          aria-label={t("map.help")}
          onKeyDown={(event) => root.current && moveBetweenPods(root.current, event)}
          // The last pod that had the focus is the way back in.
          onFocus={(event) => {
            const pod = (event.target as HTMLElement).closest<HTMLElement>("[data-pod]");
            if (!pod || pod.tabIndex === 0) return;
            for (const old of root.current?.querySelectorAll('[data-pod][tabindex="0"]') ?? []) old.setAttribute("tabindex", "-1");
            pod.tabIndex = 0;
          }}
        >
          {!synced ? (
            <div className="waiting" role="status">
              {t("app.starting")}
            </div>
          ) : (
            <>
              {shown.length === 0 && <Empty filtered={filter.kind === "one"} />}
              {view === "table" ? (
                shown.length > 0 && (
                  <Suspense>
                    <PodTable pods={shown} />
                  </Suspense>
                )
              ) : (
                <>
                  <Tray as={as} />
                  {nodes.length === 0 && <p className="quiet">{t("map.noNodes")}</p>}
                  <div className="machines">
                    {nodes.map((node) => (
                      <NodeCard key={node.name} node={node} as={as} />
                    ))}
                  </div>
                </>
              )}
            </>
          )}
        </div>
        {selected !== undefined && (
          <Suspense>
            <Inspector key={selected} podKey={selected} onClose={() => close(root.current, selected)} />
          </Suspense>
        )}
      </div>
    </section>
  );
}

function close(root: HTMLElement | null, key: string): void {
  selectPod(undefined);
  root?.querySelector<HTMLElement>(`[data-pod="${CSS.escape(key)}"]`)?.focus();
}

const FIRST_COMMAND = "kubectl get nodes";

function Empty({ filtered }: { filtered: boolean }) {
  const t = useT();
  if (filtered) {
    return (
      <div className="empty">
        <h3>{t("map.filteredTitle")}</h3>
        <p>{t("map.filteredText")}</p>
      </div>
    );
  }
  return (
    <div className="empty" data-testid="map-empty">
      <h3>{t("map.emptyTitle")}</h3>
      <p>
        {t("map.emptyText")} <code>{FIRST_COMMAND}</code>
      </p>
      <div className="row">
        <button type="button" className="button primary" onClick={() => void newFromTemplate("pod")}>
          <Icon name="plus" /> {t("map.emptyNew")}
        </button>
        <button type="button" className="button" onClick={() => typeCommand(FIRST_COMMAND)}>
          <Icon name="terminal" /> {t("map.emptyTerminal")}
        </button>
      </div>
    </div>
  );
}
