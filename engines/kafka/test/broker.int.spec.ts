// In one file, because jest loads kafkajs and the engine anew for each.
import './access.cases';
import './disk-full.cases';
import './durability.cases';
import './refusals.cases';
