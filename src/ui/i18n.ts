import i18next from "i18next";
import { useSyncExternalStore } from "react";
import type { en } from "./locales/en.ts";
import { useSettings, type Language } from "./settings.ts";

type Paths<T, P extends string = ""> = {
  [K in keyof T & string]: T[K] extends string ? `${P}${Singular<K>}` : Paths<T[K], `${P}${K}.`>;
}[keyof T & string];
/** "pods_one" and "pods_other" are asked for as "pods" with a count. */
type Singular<K extends string> = K extends `${infer Base}_one` | `${infer Base}_other` ? Base : K;
type Key = Paths<typeof en>;

const load: Record<Language, () => Promise<object>> = {
  en: async () => (await import("./locales/en.ts")).en,
  es: async () => (await import("./locales/es.ts")).es,
};

/** Resolves when the first string can be shown. Afterwards follows the language of the settings. */
export async function startI18n(): Promise<void> {
  const { language } = useSettings.getState();
  await i18next.init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await load[language]() } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = language;
  useSettings.subscribe(async (settings, before) => {
    if (settings.language === before.language) return;
    if (!i18next.hasResourceBundle(settings.language, "translation"))
      i18next.addResourceBundle(settings.language, "translation", await load[settings.language]());
    document.documentElement.lang = settings.language;
    await i18next.changeLanguage(settings.language);
  });
}

export function t(key: Key, values?: Record<string, string | number>): string {
  return i18next.t(key, values);
}

function subscribe(on: () => void): () => void {
  i18next.on("languageChanged", on);
  return () => i18next.off("languageChanged", on);
}

/** The translate function; the component renders again when the language changes. */
export function useT(): typeof t {
  // The third is asked where there is no page: in tests.
  useSyncExternalStore(subscribe, language, language);
  return t;
}

export function language(): string {
  return i18next.language;
}

/** As the learner's language writes it: 0.5 or 0,5. */
export const number = (value: number): string => value.toLocaleString(i18next.language, { maximumFractionDigits: 2 });

/** What words of a lesson mean, in the learner's language. */
export function glossary(): Readonly<Record<string, string>> {
  return (i18next.getResourceBundle(i18next.language, "translation") as typeof en).glossary;
}

/** A track of lessons in the learner's language; its id where it has no words. */
export function trackWords(id: string): { readonly title: string; readonly text: string } {
  const { lessons } = i18next.getResourceBundle(i18next.language, "translation") as typeof en;
  const tracks: Readonly<Record<string, { readonly title: string; readonly text: string }>> = lessons.tracks;
  return Object.hasOwn(tracks, id) ? (tracks[id] as { title: string; text: string }) : { title: id, text: "" };
}
