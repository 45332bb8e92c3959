/** Where messages are set aside that no consumer could use. */
export const deadLetterTopicOf = (topic: string): string => `${topic}.dlq`;
