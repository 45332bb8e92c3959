export type { ErrorFacts } from './catalogue';
export { catalogues, explain, type Explanation } from './catalogues';
export type { StepEvent, StepFacts } from './facts/step-facts';
export type { TextFault } from './facts/input-facts';
export { DEFAULT_LANGUAGE, knownLanguage, LANGUAGE_HEADER, languages, type Language } from './language';
export {
  reasonIn,
  refusalIn,
  rejectionIn,
  ruleIn,
  type RenderedRefusal,
  type StoredRefusal,
  type StoredRule,
} from './read-stored';
export { statusIn, type Status } from './statuses';
export { factsOf, rejectionWithText, stepOf, stepTextIn, type StoredStep } from './steps';
export { reasonCodeOf, ruleCodeOf, storedMessage, storedSentences } from './stored-sentences';
