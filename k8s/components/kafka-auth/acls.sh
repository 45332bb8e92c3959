#!/bin/sh
# The users of Kafka and what each may do, for an administrator to run once, with kafka-acls.sh of Apache Kafka in the PATH:
#   BOOTSTRAP=b-1.example.net:9096 ADMIN=admin.properties sh acls.sh
# For the topic "rentalbook" without KAFKA_GROUP_PREFIX. What is not listed is refused, as long as Kafka's
# allow.everyone.if.no.acl.found is false. The same list is packages/messaging/src/kafka/kafka-rights.ts; a test compares the two.
set -eu
allow() {
  user=$1
  shift
  kafka-acls.sh --bootstrap-server "$BOOTSTRAP" --command-config "$ADMIN" --add --force --allow-principal "User:$user" "$@"
}

# Publishers. Create is for the topics, which the first service to start makes where they are missing.
allow book --topic rentalbook --operation Read --operation Write --operation Create
allow book --topic rentalbook.dlq --operation Write --operation Create
allow book --group book --operation Read
allow reserve --topic rentalbook --operation Read --operation Write --operation Create
allow reserve --topic rentalbook.dlq --operation Write --operation Create
allow reserve --group reserve --operation Read
allow rental --topic rentalbook --operation Read --operation Write --operation Create
allow rental --topic rentalbook.dlq --operation Write --operation Create
allow rental --group rental --operation Read

# MyPage publishes no event; each version of its page has a group.
allow mypage --topic rentalbook --operation Read --operation Create
allow mypage --topic rentalbook.dlq --operation Write --operation Create
allow mypage --group mypage --operation Read
allow mypage --group mypage-v --resource-pattern-type prefixed --operation Read

# The cache of the router, where it is switched on: it follows the topic, and how far each service has read it.
allow router --topic rentalbook --operation Read
allow router --group tail- --resource-pattern-type prefixed --operation Read --operation Delete
allow router --group book --operation Describe
allow router --group reserve --operation Describe
allow router --group rental --operation Describe
allow router --group mypage --operation Describe
allow router --group mypage-v --resource-pattern-type prefixed --operation Describe

# The operator's commands: dead-letters, rebuild, demo and restore, which deletes the topics and the groups.
allow operator --topic rentalbook --operation Read --operation Write --operation Delete
allow operator --topic rentalbook.dlq --operation Read --operation Delete
allow operator --group tail- --resource-pattern-type prefixed --operation Read --operation Delete
allow operator --group read- --resource-pattern-type prefixed --operation Read --operation Delete
allow operator --group book --operation Describe --operation Delete
allow operator --group reserve --operation Describe --operation Delete
allow operator --group rental --operation Describe --operation Delete
allow operator --group mypage --operation Read --operation Delete
allow operator --group mypage-v --resource-pattern-type prefixed --operation Read --operation Delete
