import * as Dropdown from "@radix-ui/react-dropdown-menu";
import { useRef } from "react";
import { failed } from "../actions.ts";
import { confirm } from "../dialogs.ts";
import { useT } from "../i18n.ts";
import { route } from "../lessons/route.ts";
import { restart, useSession } from "../session.ts";
import { useSettings, type Language, type Theme } from "../settings.ts";
import { Icon } from "./Icon.tsx";

const LANGUAGES: Record<Language, string> = { en: "English", es: "Español" };

/** Opens at once: it is loaded because somebody asked for it. */
export function Menu() {
  const t = useT();
  const { theme, language, screenReader } = useSettings();
  const connection = useSession((s) => s.connection);
  const file = useRef<HTMLInputElement>(null);

  const save = async () => {
    if (!connection) return;
    try {
      const bytes = await connection.export();
      const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/octet-stream" }));
      const link = Object.assign(document.createElement("a"), {
        href: url,
        download: `timonel-${new Date().toISOString().slice(0, 16).replaceAll(":", "")}.timonel`,
      });
      link.click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
    } catch (error) {
      failed(error);
    }
  };
  const load = async (chosen: File | undefined) => {
    if (!chosen || !connection) return;
    if (
      !(await confirm({
        title: t("dialog.importTitle"),
        text: t("dialog.importText", { file: chosen.name }),
        action: t("dialog.importDo"),
        danger: true,
      }))
    )
      return;
    try {
      await connection.import(new Uint8Array(await chosen.arrayBuffer()));
      restart();
    } catch (error) {
      failed(error);
    }
  };
  const reset = async () => {
    if (
      !connection ||
      !(await confirm({ title: t("dialog.resetTitle"), text: t("dialog.resetText"), action: t("dialog.resetDo"), danger: true }))
    )
      return;
    try {
      await connection.reset();
      restart();
    } catch (error) {
      failed(error);
    }
  };

  return (
    <>
      <Dropdown.Root defaultOpen>
        <Dropdown.Trigger asChild>
          <button type="button" className="icon-button" aria-label={t("menu.label")} title={t("menu.label")} data-testid="menu">
            <Icon name="menu" />
          </button>
        </Dropdown.Trigger>
        <Dropdown.Portal>
          <Dropdown.Content className="menu" align="end" sideOffset={6} collisionPadding={8}>
            <Dropdown.Label>{t("menu.appearance")}</Dropdown.Label>
            <Dropdown.RadioGroup value={theme} onValueChange={(value) => useSettings.setState({ theme: value as Theme })}>
              {(["system", "light", "dark"] as const).map((value) => (
                <Dropdown.RadioItem key={value} value={value} onSelect={(event) => event.preventDefault()}>
                  <Tick /> {t(`menu.${value}`)}
                </Dropdown.RadioItem>
              ))}
            </Dropdown.RadioGroup>
            <Dropdown.Separator />
            <Dropdown.Label>{t("menu.language")}</Dropdown.Label>
            <Dropdown.RadioGroup value={language} onValueChange={(value) => useSettings.setState({ language: value as Language })}>
              {(Object.keys(LANGUAGES) as Language[]).map((value) => (
                <Dropdown.RadioItem key={value} value={value} lang={value} onSelect={(event) => event.preventDefault()}>
                  <Tick /> {LANGUAGES[value]}
                </Dropdown.RadioItem>
              ))}
            </Dropdown.RadioGroup>
            {/* Where there is no terminal and no cluster there is nothing of theirs to set. */}
            {route.page !== "home" && (
              <>
                <Dropdown.Separator />
                <Dropdown.Label>{t("menu.accessibility")}</Dropdown.Label>
                <Dropdown.CheckboxItem
                  checked={screenReader}
                  onCheckedChange={(value) => useSettings.setState({ screenReader: value === true, commandLog: value === true })}
                  onSelect={(event) => event.preventDefault()}
                >
                  <Tick /> {t("menu.screenReader")}
                </Dropdown.CheckboxItem>
                <Dropdown.Separator />
                <Dropdown.Label>{t("menu.sandbox")}</Dropdown.Label>
                <Dropdown.Item disabled={!connection} onSelect={() => void save()}>
                  {t("menu.export")}
                </Dropdown.Item>
                <Dropdown.Item disabled={!connection} onSelect={() => file.current?.click()}>
                  {t("menu.import")}
                </Dropdown.Item>
                <Dropdown.Item disabled={!connection} data-tone="danger" onSelect={() => void reset()} data-testid="reset">
                  {t("menu.reset")}
                </Dropdown.Item>
              </>
            )}
          </Dropdown.Content>
        </Dropdown.Portal>
      </Dropdown.Root>
      <input
        ref={file}
        type="file"
        hidden
        accept=".timonel"
        data-testid="import-file"
        onChange={(event) => {
          void load(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
    </>
  );
}

function Tick() {
  return (
    <span className="tick" aria-hidden="true">
      <Dropdown.ItemIndicator>
        <Icon name="check" />
      </Dropdown.ItemIndicator>
    </span>
  );
}
