/** The topic of the messages that a consumer could not handle. */
export const deadLetterTopicOf = (topic: string): string => `${topic}.dlq`;
