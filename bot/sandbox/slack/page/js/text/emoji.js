/** Emoji by the names Slack gives them. A name that is not here stays as it was written. */

const TABLE = `
grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 satisfied 😆 sweat_smile 😅 joy 😂 rolling_on_the_floor_laughing 🤣 slightly_smiling_face 🙂
upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩 kissing_heart 😘 yum 😋 stuck_out_tongue 😛 zany_face 🤪
hugging_face 🤗 thinking_face 🤔 thinking 🤔 zipper_mouth_face 🤐 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬
relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷 dizzy_face 😵 exploding_head 🤯 partying_face 🥳 sunglasses 😎 nerd_face 🤓
confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳 pleading_face 🥺 cry 😢 sob 😭 scream 😱
disappointed 😞 sweat 😓 weary 😩 tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 skull 💀 ghost 👻 robot_face 🤖 see_no_evil 🙈
wave 👋 raised_hand ✋ ok_hand 👌 v ✌️ crossed_fingers 🤞 point_left 👈 point_right 👉 point_up ☝️ point_up_2 👆 point_down 👇 +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎
fist ✊ facepunch 👊 clap 👏 raised_hands 🙌 open_hands 👐 handshake 🤝 pray 🙏 writing_hand ✍️ muscle 💪 eyes 👀 eye 👁️ brain 🧠
bust_in_silhouette 👤 busts_in_silhouette 👥 technologist 🧑‍💻 male-technologist 👨‍💻 female-technologist 👩‍💻 detective 🕵️ construction_worker 👷 shrug 🤷 facepalm 🤦 man-shrugging 🤷‍♂️ woman-shrugging 🤷‍♀️
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔 two_hearts 💕 sparkling_heart 💖 100 💯
boom 💥 collision 💥 dizzy 💫 sparkles ✨ star ⭐ star2 🌟 zap ⚡ fire 🔥 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 dart 🎯
sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️ thunder_cloud_and_rain ⛈️ snowflake ❄️ rainbow 🌈 ocean 🌊 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 globe_with_meridians 🌐 crescent_moon 🌙
seedling 🌱 evergreen_tree 🌲 herb 🌿 four_leaf_clover 🍀 rose 🌹 dog 🐶 cat 🐱 bear 🐻 bug 🐛 ant 🐜 bee 🐝 snail 🐌 turtle 🐢 snake 🐍 penguin 🐧 whale 🐳 elephant 🐘 unicorn_face 🦄
coffee ☕ tea 🍵 beer 🍺 beers 🍻 pizza 🍕 cake 🍰 birthday 🎂 cookie 🍪 apple 🍎 banana 🍌 popcorn 🍿
rocket 🚀 airplane ✈️ car 🚗 ambulance 🚑 fire_engine 🚒 police_car 🚓 rotating_light 🚨 construction 🚧 vertical_traffic_light 🚦 anchor ⚓ ship 🚢 satellite 🛰️ flying_saucer 🛸 house 🏠 office 🏢 factory 🏭 hospital 🏥
computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ floppy_disk 💾 cd 💿 minidisc 💽 file_cabinet 🗄️ card_file_box 🗃️ wastebasket 🗑️ iphone 📱 telephone_receiver 📞 electric_plug 🔌 battery 🔋 satellite_antenna 📡 bulb 💡 flashlight 🔦
package 📦 inbox_tray 📥 outbox_tray 📤 email 📧 envelope ✉️ incoming_envelope 📨 mailbox 📫 label 🏷️ bookmark 🔖 clipboard 📋 memo 📝 pencil 📝 pencil2 ✏️ pushpin 📌 round_pushpin 📍 paperclip 📎 scissors ✂️ straight_ruler 📏
file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ calendar 📆 date 📅 spiral_calendar_pad 🗓️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 newspaper 📰 book 📖 books 📚 scroll 📜 receipt 🧾 ledger 📒
lock 🔒 unlock 🔓 lock_with_ink_pen 🔏 closed_lock_with_key 🔐 key 🔑 old_key 🗝️ hammer 🔨 hammer_and_wrench 🛠️ wrench 🔧 screwdriver 🪛 nut_and_bolt 🔩 gear ⚙️ toolbox 🧰 magnet 🧲 link 🔗 chains ⛓️ shield 🛡️ bomb 💣 axe 🪓
mag 🔍 mag_right 🔎 telescope 🔭 microscope 🔬 test_tube 🧪 thermometer 🌡️ stethoscope 🩺 pill 💊 adhesive_bandage 🩹 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 speech_balloon 💬 thought_balloon 💭 left_speech_bubble 🗨️ broom 🧹 moneybag 💰 money_with_wings 💸 dollar 💵 euro 💶 credit_card 💳 gem 💎 scales ⚖️
hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock1 🕐 clock3 🕒 clock9 🕘 clock12 🕛 zzz 💤
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_plus_sign ➕ heavy_minus_sign ➖ heavy_multiplication_x ✖️ bangbang ‼️ exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕ question ❓ grey_question ❔ interrobang ⁉️
warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 stop_sign 🛑 radioactive_sign ☢️ biohazard_sign ☣️ information_source ℹ️ recycle ♻️ name_badge 📛 beginner 🔰 sos 🆘 ok 🆗 new 🆕 free 🆓 up 🆙 cool 🆒 id 🆔
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤 black_circle ⚫ white_circle ⚪ large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 large_purple_square 🟪
black_large_square ⬛ white_large_square ⬜ black_small_square ▪️ white_small_square ▫️ small_red_triangle 🔺 small_red_triangle_down 🔻 small_blue_diamond 🔹 small_orange_diamond 🔸 large_blue_diamond 🔷 large_orange_diamond 🔶 radio_button 🔘
arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrows_counterclockwise 🔄 arrows_clockwise 🔃 repeat 🔁 back 🔙 end 🔚 soon 🔜 top 🔝
arrow_forward ▶️ arrow_backward ◀️ arrow_double_up ⏫ arrow_double_down ⏬ black_right_pointing_double_triangle_with_vertical_bar ⏭️ double_vertical_bar ⏸️ pause_button ⏸️ black_square_for_stop ⏹️ black_circle_for_record ⏺️ fast_forward ⏩ rewind ⏪ eject ⏏️ power ⏻ infinity ♾️
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 zero 0️⃣ hash #️⃣ checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ waving_white_flag 🏳️ black_flag 🏴 waving_black_flag 🏴
flag-us 🇺🇸 us 🇺🇸 flag-gb 🇬🇧 gb 🇬🇧 uk 🇬🇧 flag-de 🇩🇪 de 🇩🇪 flag-fr 🇫🇷 fr 🇫🇷 flag-nl 🇳🇱 flag-sg 🇸🇬 flag-jp 🇯🇵 jp 🇯🇵 flag-in 🇮🇳 flag-au 🇦🇺 flag-ca 🇨🇦 flag-br 🇧🇷 flag-fi 🇫🇮 flag-se 🇸🇪 flag-pl 🇵🇱 flag-es 🇪🇸 es 🇪🇸 flag-it 🇮🇹 it 🇮🇹 flag-eu 🇪🇺
`;

const SKIN = {
  "skin-tone-2": "🏻",
  "skin-tone-3": "🏼",
  "skin-tone-4": "🏽",
  "skin-tone-5": "🏾",
  "skin-tone-6": "🏿",
};

const byName = new Map();
const words = TABLE.trim().split(/\s+/);
for (let i = 0; i < words.length; i += 2) byName.set(words[i], words[i + 1]);

/** The character of a name, or undefined. */
export function emoji(name) {
  return byName.get(name) ?? SKIN[name];
}

/** A text with its `:names:` replaced by characters, for places that hold plain characters only. */
export function withEmoji(text) {
  return String(text ?? "").replace(/:([a-z0-9_+'-]+):/g, (all, name) => emoji(name) ?? all);
}
