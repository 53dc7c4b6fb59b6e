import { useEffect, useRef, useState } from "react";
import { Icon } from "../frame/Icon.tsx";
import { useT } from "../i18n.ts";
import type { Found } from "./search.ts";
import { emulator } from "./terminals.ts";

export function SearchBar({ terminal, onClose }: { terminal: number; onClose(): void }) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [regex, setRegex] = useState(false);
  const [caseSensitive, setCaseSensitive] = useState(false);
  const [answer, setAnswer] = useState<Found & { readonly key: string }>();
  const key = `${terminal} ${regex} ${caseSensitive} ${text}`;
  const found = answer?.key === key ? answer : undefined;
  const wrong = regex && !isPattern(text);
  useEffect(() => input.current?.focus(), []);
  const find = (direction: "next" | "previous") => {
    if (text !== "" && !wrong) emulator(terminal)?.search.find({ text, regex, caseSensitive }, direction);
  };
  // In the half that is worked in, as it is wanted: asked anew when one of these changes.
  useEffect(() => {
    const search = emulator(terminal)?.search;
    if (!search) return;
    search.onFound = (now) => setAnswer({ ...now, key });
    if (text === "" || wrong) search.clear();
    else search.find({ text, regex, caseSensitive }, "next");
    return () => {
      search.onFound = undefined;
      search.clear();
    };
  }, [terminal, text, regex, caseSensitive, wrong, key]);
  const close = () => {
    onClose();
    emulator(terminal)?.focus();
  };
  const count =
    text === "" || (!found && !wrong)
      ? ""
      : wrong
        ? t("terminal.notPattern")
        : found?.count === 0
          ? t("terminal.noMatch")
          : found && found.at >= 0
            ? t("terminal.match", { at: found.at + 1, total: found.count })
            : t("terminal.matches", { total: found?.count ?? 0 });
  return (
    <div
      className="search-bar"
      role="search"
      aria-label={t("terminal.search")}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <input
        ref={input}
        type="text"
        value={text}
        aria-label={t("terminal.search")}
        aria-invalid={wrong || undefined}
        placeholder={t("terminal.search")}
        spellCheck={false}
        autoCapitalize="none"
        data-testid="search-text"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") find(event.shiftKey ? "previous" : "next");
        }}
      />
      <span className="search-count" role="status" data-testid="search-count">
        {count}
      </span>
      <button
        type="button"
        className="icon-button text"
        aria-pressed={caseSensitive}
        onClick={() => setCaseSensitive(!caseSensitive)}
        aria-label={t("terminal.matchCase")}
        title={t("terminal.matchCase")}
      >
        Aa
      </button>
      <button
        type="button"
        className="icon-button text"
        aria-pressed={regex}
        onClick={() => setRegex(!regex)}
        aria-label={t("terminal.regex")}
        title={t("terminal.regex")}
      >
        .*
      </button>
      <button type="button" className="icon-button" onClick={() => find("previous")} aria-label={t("terminal.previous")}>
        <Icon name="up" />
      </button>
      <button type="button" className="icon-button" onClick={() => find("next")} aria-label={t("terminal.next")}>
        <Icon name="down" />
      </button>
      <button type="button" className="icon-button" onClick={close} aria-label={t("app.close")}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text).source !== "";
  } catch {
    return false;
  }
}
