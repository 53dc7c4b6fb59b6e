import { lazy, Suspense, useState } from "react";
import { useT } from "../i18n.ts";
import { addressOf, route } from "../lessons/route.ts";
import { usePwa } from "../pwa.ts";
import { useSession } from "../session.ts";
import { ClockControl } from "./ClockControl.tsx";
import { Helm, Icon } from "./Icon.tsx";

const Menu = lazy(async () => ({ default: (await import("./Menu.tsx")).Menu }));

export function Header() {
  return (
    <header className="top">
      <Brand />
      <Ways />
      <ClockControl />
      <Storage />
      <MenuButton />
    </header>
  );
}

export function Brand() {
  const t = useT();
  return (
    <h1 className="brand">
      <Helm />
      <span>{t("app.name")}</span>
    </h1>
  );
}

export function MenuButton() {
  const t = useT();
  const [wanted, setWanted] = useState(false);
  const button = (
    <button
      type="button"
      className="icon-button"
      aria-label={t("menu.label")}
      title={t("menu.label")}
      aria-haspopup="menu"
      onPointerEnter={() => void import("./Menu.tsx")}
      onClick={() => setWanted(true)}
      data-testid="menu"
    >
      <Icon name="menu" />
    </button>
  );
  if (!wanted) return button;
  return (
    <Suspense fallback={button}>
      <Menu />
    </Suspense>
  );
}

/** To the lessons; from one, to the free cluster, too. */
export function Ways() {
  const t = useT();
  return (
    <nav className="ways" aria-label={t("lessons.ways")}>
      {route.page !== "home" && (
        <a className="way" href={addressOf.home} aria-label={t("lessons.all")} title={t("lessons.all")} data-testid="to-lessons">
          <Icon name="book" /> <span className="wide-only">{t("lessons.all")}</span>
        </a>
      )}
      {route.page !== "workbench" && (
        <a
          className="way"
          href={addressOf.workbench}
          aria-label={t("lessons.home.workbench")}
          title={t("lessons.home.workbenchHint")}
          data-testid="to-workbench"
        >
          <Icon name="terminal" /> <span className="wide-only">{t("lessons.home.workbench")}</span>
        </a>
      )}
    </nav>
  );
}

export function OfflineReady() {
  const t = useT();
  if (!usePwa((s) => s.offlineReady)) return null;
  return (
    <span className="badge" data-testid="offline-ready">
      <Icon name="offline" /> <span className="wide-only">{t("status.offline")}</span>
    </span>
  );
}

function Storage() {
  const t = useT();
  const status = useSession((s) => s.status);
  if (!status) return <span className="storage" />;
  const durable = status.storage === "durable";
  const details = durable
    ? [t(status.persisted ? "status.persisted" : "status.notPersisted"), status.resumed ? t("status.resumed") : ""]
        .filter(Boolean)
        .join(" ")
    : undefined;
  return (
    <span className="storage" data-testid="storage" data-storage={status.storage}>
      <OfflineReady />
      <span className="badge" data-tone={durable ? "calm" : "trouble"} title={details}>
        <Icon name={durable ? "check" : "warning"} /> <span className="wide-only">{t(durable ? "status.durable" : "status.memory")}</span>
      </span>
    </span>
  );
}
