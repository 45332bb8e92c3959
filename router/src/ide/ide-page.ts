import type * as Altair from 'altair-static';
import { placeOfTrail, story, type StoryStep, type StoryTexts, type Teller } from './story';

/** Development tokens, by the person of the tour that uses them. */
export type IdeTokens = Readonly<Record<Teller, string | undefined>>;

export interface IdePageOptions {
  readonly altair: typeof Altair;
  /** Absolute: Altair takes no other. */
  readonly endpoint: string;
  readonly texts: StoryTexts;
  readonly tokens: IdeTokens;
  /** Whose event trail the page opens with; by default it opens with the first step of the story. */
  readonly correlationId: string | undefined;
}

/**
 * The IDE's page, with one tab for each step of the story. What a step's answer is remembered for goes into variables of
 * the IDE's environment, so that sending one tab after the other is the whole tour.
 */
export function renderIde({ altair, endpoint, texts, tokens, correlationId }: IdePageOptions): string {
  const page = altair.renderAltair({
    baseURL: '/ide/',
    endpointURL: endpoint,
    instanceStorageNamespace: 'rentalbook_',
    // A new start means new tokens and new tabs: old ones must not linger in the browser.
    preserveState: false,
    disableAccount: true,
    persistedSettings: {
      'banners.disable': true,
      'alert.disableUpdateNotification': true,
      disablePushNotification: true,
    },
    initialWindows: story.map((step) => ({ ...tab(step, texts, tokens), endpointURL: endpoint })),
    initialEnvironments: {
      // Scripts can write to the active environment only, and the base is never the active one.
      activeSubEnvironment: 'story',
      subEnvironments: [
        {
          id: 'story',
          title: 'Story',
          variables: {
            ...tokensInUse(tokens),
            ...{ bookId: '', rentalId: '', consistencyToken: '', correlationId: correlationId ?? '' },
          },
        },
      ],
    },
  });
  const first = correlationId === undefined ? 0 : placeOfTrail;
  return page.replace('</body>', () => `<script type="module">${beginWithTab(first)}</script></body>`);
}

/** Altair shows the tab that it opened last. */
const beginWithTab = (place: number): string => `
new MutationObserver((_, observer) => {
  const tabs = document.querySelectorAll('.window-switcher__item');
  if (tabs.length < ${String(story.length)}) return;
  observer.disconnect();
  tabs[${String(place)}].click();
}).observe(document.body, { childList: true, subtree: true });
`;

function tab({ file, name, as, variables, remember }: StoryStep, texts: StoryTexts, tokens: IdeTokens) {
  return {
    initialName: name,
    initialQuery: texts[file],
    initialVariables: JSON.stringify(variables ?? {}, null, 2),
    initialHeaders: {
      ...(as && tokens[as] !== undefined && { authorization: `Bearer {{${as}Token}}` }),
      'x-consistency-token': '{{consistencyToken}}',
    },
    ...(remember && { initialPostRequestScript: rememberingScript(remember) }),
  };
}

function tokensInUse(tokens: IdeTokens): Record<string, string> {
  const given = Object.entries(tokens).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([teller, token]) => [`${teller}Token`, token]));
}

/** A script that Altair runs in a worker once the answer is there, as text. */
function rememberingScript(remember: NonNullable<StoryStep['remember']>): string {
  const lines = Object.entries(remember).map(([name, path]) => {
    const value = path.reduce((at, key) => `${at}?.${key}`, 'data');
    return `if (${value}) altair.helpers.setEnvironment('${name}', ${value}, true);`;
  });
  return ['const { data } = JSON.parse(altair.response.body);', ...lines].join('\n');
}
