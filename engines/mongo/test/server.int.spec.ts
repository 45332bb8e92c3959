// In one file, because jest loads the driver and the engine anew for each.
import './access.cases';
import './disk-full.cases';
import './durability.cases';
import './engine.cases';
import './refusals.cases';
import './wire.cases';
