// In one file, because jest loads mongoose, kafkajs and the engines anew for each.
import './consumers.cases';
import './dead-letters.cases';
import './lost-engines.cases';
import './undecodable-batches.cases';
