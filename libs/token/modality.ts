/** What tokens may stand for beside text. Text is the rule and has no name of its own: null where a modality may be. */
export const MODALITIES = ['audio', 'image', 'video'] as const;

export type Modality = (typeof MODALITIES)[number];
